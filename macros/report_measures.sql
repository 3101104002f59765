{#- What reports add up of claims, each with how it is taken from a row of fct_claims. The final settlement of a stay spans all of it
    (begndate is the day of admission), so that the days of a settlement in the middle of it would count twice. -#}
{% macro claim_measures() %}
    {{ return({
        'visits': 'visits',
        'assisted_visits': 'case when assistance_paid <> 0 then visits else 0 end',
        'visits_settled_directly': 'case when is_settled_elsewhere then visits else 0 end',
        'bed_days': 'case when is_mid_stay then 0 else bed_days end',
        'total_cost': 'total_cost',
        'own_expense': 'own_expense',
        'policy_cost': 'policy_cost',
        'basic_paid': 'basic_paid',
        'serious_paid': 'serious_paid',
        'assistance_paid': 'assistance_paid',
        'account_paid': 'account_paid',
        'shared_account_paid': 'shared_account_paid',
    }) }}
{% endmacro %}

{% macro sums_of_claims() -%}
    {% for measure, expression in claim_measures().items() -%}
    cast(sum({{ expression }}) as {{ type_of_measure(measure) }}) as {{ measure }}{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#- Counts are whole numbers, means and ratios have 8 decimals, all else is money in yuan. -#}
{% macro type_of_measure(measure) -%}
    {%- if measure in ['visits', 'assisted_visits', 'visits_settled_directly', 'bed_days', 'enrolled', 'paying', 'registered', 'subsidised',
        'subsidised_due'] -%}
    bigint
    {%- elif measure in ['cost_per_visit', 'mean_bed_days', 'hospitalisation_rate', 'actual_ratio', 'policy_ratio', 'basic_segment_ratio',
        'out_of_catalogue_share'] -%}
    decimal(28, 8)
    {%- else -%}
    decimal(18, 2)
    {%- endif -%}
{%- endmacro %}

{#- Two sums over rows joined to bridge_period_months: the period's, and its earlier period's, which has none where there is no such period. -#}
{% macro sum_of_period(value, measure, periods='periods') -%}
    cast(coalesce(sum(case when not {{ periods }}.is_earlier then {{ value }} end), 0) as {{ type_of_measure(measure) }}) as {{ measure }},
    cast(case
        when {{ periods }}.earlier_period is not null then coalesce(sum(case when {{ periods }}.is_earlier then {{ value }} end), 0)
    end as {{ type_of_measure(measure) }}) as earlier_{{ measure }}
{%- endmacro %}

{#- A measure and its earlier value added up over rows that sum_of_period made. -#}
{% macro sum_with_earlier(measure, alias) -%}
    cast(coalesce(sum({{ alias }}.{{ measure }}), 0) as {{ type_of_measure(measure) }}) as {{ measure }},
    cast(sum({{ alias }}.earlier_{{ measure }}) as {{ type_of_measure(measure) }}) as earlier_{{ measure }}
{%- endmacro %}

{#- A mean or ratio; over nothing it is what the issuer prints then, a column of dim_report_parameters. -#}
{% macro mean(dividend, divisor, parameters='parameters') -%}
    case when {{ divisor }} = 0 then {{ parameters }}.mean_of_none else {{ divide(dividend, divisor) }} end
{%- endmacro %}

{#- Growth (同比增长率) in percent over the value of the earlier period; from nothing it is what the issuer prints then. -#}
{% macro growth(measure, parameters='parameters') -%}
    case
        when {{ measure }} is null or earlier_{{ measure }} is null then null
        when earlier_{{ measure }} = 0 and {{ measure }} = 0 then {{ parameters }}.growth_of_none
        when earlier_{{ measure }} = 0 then {{ parameters }}.growth_from_zero
        else {{ divide('100 * cast(' ~ measure ~ ' as decimal(28, 8))', 'earlier_' ~ measure) }} - 100
    end
{%- endmacro %}

{#- The columns of a measure beside its earlier period: value, earlier value, change (in points for percent), growth. -#}
{% macro compared(measure, with_growth=true, parameters='parameters') -%}
    {{ measure }},
    earlier_{{ measure }},
    cast({{ measure }} - earlier_{{ measure }} as {{ type_of_measure(measure) }}) as {{ measure }}_change{{ ',' if with_growth }}
    {% if with_growth -%}
    cast({{ growth(measure, parameters) }} as decimal(28, 8)) as {{ measure }}_growth
    {%- endif %}
{%- endmacro %}

{#- What the inpatient marts show of a cell, each measure beside its earlier period. -#}
{% macro inpatient_columns() -%}
    {% for measure in ['visits', 'bed_days', 'total_cost', 'policy_cost', 'basic_paid', 'serious_paid', 'assistance_paid', 'total_paid',
        'cost_per_visit', 'mean_bed_days'] -%}
    {{ measure }},
    earlier_{{ measure }},
    {{ measure }}_change,
    {{ measure }}_growth,
    {% endfor -%}
    {% for measure in ['hospitalisation_rate', 'actual_ratio', 'policy_ratio', 'basic_segment_ratio'] -%}
    {{ measure }},
    earlier_{{ measure }},
    {{ measure }}_change{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
