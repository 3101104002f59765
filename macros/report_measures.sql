{#- What reports add up of claims, each with how it is taken from a row of fct_claims. -#}
{% macro claim_measures() %}
    {{ return({
        'visits': 'visits',
        'assisted_visits': 'case when assistance_paid <> 0 then visits else 0 end',
        'visits_settled_directly': 'case when is_settled_elsewhere then visits else 0 end',
        'bed_days': 'bed_days',
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

{#- The measures of a relation that has their sums. -#}
{% macro columns_of_claims(relation) -%}
    {% for measure in claim_measures() -%}
    {{ relation }}.{{ measure }}{{ ',' if not loop.last }}
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
    {{- ' ' -}}
    cast(case when {{ periods }}.earlier_period is not null then coalesce(sum(case when {{ periods }}.is_earlier then {{ value }} end), 0)
    {{- ' ' -}}
    end as {{ type_of_measure(measure) }}) as earlier_{{ measure }}
{%- endmacro %}

{#- A measure and its earlier value added up over rows that sum_of_period made. -#}
{% macro sum_with_earlier(measure, alias) -%}
    cast(coalesce(sum({{ alias }}.{{ measure }}), 0) as {{ type_of_measure(measure) }}) as {{ measure }},
    {{- ' ' -}}
    cast(sum({{ alias }}.earlier_{{ measure }}) as {{ type_of_measure(measure) }}) as earlier_{{ measure }}
{%- endmacro %}

{#- The same for several measures. -#}
{% macro sums_of_period(measures, alias, periods='periods') -%}
    {%- for measure in measures -%}
    {{ sum_of_period(alias ~ '.' ~ measure, measure, periods) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro sums_with_earlier(measures, alias) -%}
    {%- for measure in measures -%}
    {{ sum_with_earlier(measure, alias) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro with_earlier(measures, alias) -%}
    {%- for measure in measures -%}
    {{ alias }}.{{ measure }}, {{ alias }}.earlier_{{ measure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Nothing, in a row that a report prints nonetheless. -#}
{% macro none_with_earlier(measures, alias) -%}
    {%- for measure in measures -%}
    0 as {{ measure }}, case when {{ alias }}.earlier_period is not null then 0 end as earlier_{{ measure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- What was reimbursed (报销合计), by the issuer's definition; `prefix` is earlier_ or nothing. -#}
{% macro total_paid(alias, prefix='', parameters='parameters') -%}
    {{ alias }}.{{ prefix }}basic_paid
    {{- ' ' -}}
    + case when {{ parameters }}.total_counts_serious then {{ alias }}.{{ prefix }}serious_paid else 0 end
    {{- ' ' -}}
    + case when {{ parameters }}.total_counts_assistance then {{ alias }}.{{ prefix }}assistance_paid else 0 end as {{ prefix }}total_paid
{%- endmacro %}

{#- Means and ratios of stays over their sums; `prefix` is earlier_ or nothing. -#}
{% macro inpatient_ratios(prefix, parameters) -%}
    {%- set basic = 'case when basic_segment_covers = \'total\' then ' ~ prefix ~ 'total_paid else ' ~ prefix ~ 'basic_paid end' -%}
    {%- set quotients = {
        'hospitalisation_rate': ('100 * ' ~ prefix ~ 'visits', 'insured'),
        'cost_per_visit': (prefix ~ 'total_cost', 'visits'),
        'mean_bed_days': (prefix ~ 'bed_days', 'visits'),
        'actual_ratio': ('100 * ' ~ prefix ~ 'total_paid', 'total_cost'),
        'policy_ratio': ('100 * ' ~ prefix ~ 'total_paid', 'policy_cost'),
        'basic_segment_ratio': ('100 * ' ~ basic, 'total_cost'),
    } -%}
    {%- for measure, (dividend, divisor) in quotients.items() -%}
    {{ mean(dividend, prefix ~ divisor, parameters) }} as {{ prefix }}{{ measure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A mean or ratio; over nothing it is what the issuer prints then, a column of dim_report_parameters. -#}
{% macro mean(dividend, divisor, parameters='parameters') -%}
    case when {{ divisor }} = 0 then {{ parameters }}.mean_of_none else {{ divide(dividend, divisor) }} end
{%- endmacro %}

{#- Growth (同比增长率) in percent over the value of the earlier period; from nothing it is what the issuer prints then. -#}
{% macro growth(measure, parameters='parameters') -%}
    case when {{ measure }} is null or earlier_{{ measure }} is null then null
    {{- ' ' -}}
    when earlier_{{ measure }} = 0 and {{ measure }} = 0 then {{ parameters }}.growth_of_none
    {{- ' ' -}}
    when earlier_{{ measure }} = 0 then {{ parameters }}.growth_from_zero
    {{- ' ' -}}
    else {{ divide('100 * cast(' ~ measure ~ ' as decimal(28, 8))', 'earlier_' ~ measure) }} - 100 end
{%- endmacro %}

{#- The columns of measures beside their earlier period: value, earlier value, change (in points for percent), growth. -#}
{% macro compared(measures, with_growth=true, parameters='parameters') -%}
    {%- for measure in ([measures] if measures is string else measures) -%}
    {{ measure }}, earlier_{{ measure }}, cast({{ measure }} - earlier_{{ measure }} as {{ type_of_measure(measure) }}) as {{ measure }}_change
    {%- if with_growth -%}
    , cast({{ growth(measure, parameters) }} as decimal(28, 8)) as {{ measure }}_growth
    {%- endif -%}
    {{- ', ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}

{#- What the inpatient marts show of a cell: sums and means with growth, ratios in percent with their change in points. -#}
{% macro inpatient_measures() %}
    {{ return(['visits', 'bed_days', 'total_cost', 'policy_cost', 'basic_paid', 'serious_paid', 'assistance_paid', 'total_paid',
        'cost_per_visit', 'mean_bed_days']) }}
{% endmacro %}

{% macro inpatient_rates() %}
    {{ return(['hospitalisation_rate', 'actual_ratio', 'policy_ratio', 'basic_segment_ratio']) }}
{% endmacro %}

{#- Their columns as int_operations__inpatient names them. -#}
{% macro inpatient_columns() -%}
    {%- for measure in inpatient_measures() + inpatient_rates() -%}
    {{ measure }}, earlier_{{ measure }}, {{ measure }}_change
    {%- if measure in inpatient_measures() %}, {{ measure }}_growth{% endif -%}
    {{- ', ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}
