-- Stays by area and by level, of each fund, of both basic funds together, and of all: where they were settled, what lay outside the
-- catalogue, and how areas and funds compare.
{% set measures = ['visits', 'visits_settled_directly', 'total_cost', 'own_expense'] %}
{% set together = {'basic': "in ('resident', 'employee')", 'all': "<> 'none'"} %}

with stays as (

    select
        sums.*,
        insured.insured,
        insured.earlier_insured
    from {{ ref('int_operations__inpatient_sums') }} as sums
    left join {{ ref('int_operations__insured') }} as insured
        on sums.region = insured.region
        and sums.period = insured.period
        and sums.fund = insured.fund
    where sums.cut = 'care_area' or (sums.cut = 'institution_level' and sums.row_kind <> 'total')

),

of_funds as (

    {% for fund, condition in [('fund', none)] + (together.items() | list) %}
    select
        region,
        period,
        earlier_period,
        {{ 'fund' if condition is none else "'" ~ fund ~ "' as fund" }},
        cut,
        ancestor,
        row_kind,
        cast(sum(insured) as bigint) as insured,
        cast(sum(earlier_insured) as bigint) as earlier_insured,
        {% for measure in measures %}
        {{ sum_with_earlier(measure, 'stays') }}{{ ',' if not loop.last }}
        {% endfor %}
    from stays
    {% if condition is not none %}
    where fund {{ condition }}
    {% endif %}
    group by region, period, earlier_period{{ ', fund' if condition is none }}, cut, ancestor, row_kind
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

rates as (

    select
        of_funds.*,
        {% for earlier in ['', 'earlier_'] %}
        {{ mean('100 * of_funds.' ~ earlier ~ 'visits', 'of_funds.' ~ earlier ~ 'insured') }} as {{ earlier }}hospitalisation_rate,
        {{ mean('100 * of_funds.' ~ earlier ~ 'own_expense', 'of_funds.' ~ earlier ~ 'total_cost') }} as {{ earlier }}out_of_catalogue_share,
        {% endfor %}
        {{ mean('of_funds.total_cost', 'of_funds.visits') }} as cost_per_visit,
        -- of stays elsewhere alone: at home every stay is settled on the spot
        case when of_funds.ancestor in ('in_province', 'out_of_province', 'outside_city')
            then {{ mean('100 * of_funds.visits_settled_directly', 'of_funds.visits') }}
        end as direct_settlement_rate,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from of_funds
    inner join {{ ref('dim_report_parameters') }} as parameters
        on of_funds.region = parameters.region
        and of_funds.fund = parameters.fund

),

compared as (

    select
        *,
        max(case when ancestor = 'out_of_province' then cost_per_visit end)
            over (partition by region, period, fund) as cost_out_of_province,
        max(case when fund = 'resident' and row_kind = 'total' then cost_per_visit end)
            over (partition by region, period) as cost_of_residents
    from rates

)

select
    region,
    period,
    earlier_period,
    fund,
    'inpatient' as benefit_category,
    case cut when 'care_area' then ancestor else 'all' end as care_area,
    case cut when 'institution_level' then ancestor else 'all' end as institution_level,
    row_kind,
    visits,
    earlier_visits,
    insured,
    {{ compared('hospitalisation_rate', parameters='compared') }},
    {{ compared('out_of_catalogue_share', with_growth=false) }},
    visits_settled_directly,
    direct_settlement_rate,
    cost_per_visit,
    case when cut = 'care_area' and cost_out_of_province <> 0
        then {{ divide('100 * cost_per_visit', 'cost_out_of_province') }}
    end as cost_per_visit_vs_out_of_province,
    case when row_kind = 'total' and fund = 'employee' and cost_of_residents <> 0
        then {{ divide('100 * cost_per_visit', 'cost_of_residents') }} - 100
    end as cost_per_visit_excess_over_resident
from compared
