-- Stays by area and by level, of each fund, of both basic funds together, and of all: where they were settled, what lay outside the
-- catalogue, and how areas and funds compare.
{% set measures = ['visits', 'visits_settled_directly', 'total_cost', 'own_expense'] %}
{% set together = {'basic': "in ('resident', 'employee')", 'all': "<> 'none'"} %}

with stays as (

    select * from {{ ref('int_operations__inpatient_sums') }}
    where cut = 'care_area' or (cut = 'institution_level' and row_kind <> 'total')

),

-- the two upper levels together, as summaries name them (二、三级医院)
with_hospitals as (

    {% set levels = {'ancestor': none, "'secondary_and_tertiary'": "ancestor in ('secondary', 'tertiary')"} %}
    {% for level, condition in levels.items() %}
    select
        region,
        period,
        earlier_period,
        fund,
        cut,
        {{ level }} as ancestor,
        {{ "'subtotal' as row_kind" if condition else 'row_kind' }},
        {{ sums_with_earlier(measures, 'stays') }}
    from stays
    {% if condition %}
    where {{ condition }}
    group by region, period, earlier_period, fund, cut
    {% else %}
    group by region, period, earlier_period, fund, cut, ancestor, row_kind
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

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
        {{ sums_with_earlier(measures, 'with_hospitals') }}
    from with_hospitals
    {% if condition is not none %}
    where fund {{ condition }}
    {% endif %}
    group by region, period, earlier_period{{ ', fund' if condition is none }}, cut, ancestor, row_kind
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Who is insured is so whether his fund has a stay in a cell or not. Of all funds together it is who is in a basic one: the others
-- (公务员补助、长期照护) insure the same persons once more.
insured as (

    {% for fund, condition in [('fund', none), ('basic', together['basic']), ('all', together['basic'])] %}
    select
        region,
        period,
        {{ 'fund' if condition is none else "'" ~ fund ~ "' as fund" }},
        cast(sum(insured) as bigint) as insured,
        cast(sum(earlier_insured) as bigint) as earlier_insured
    from {{ ref('int_operations__insured') }}
    {% if condition is not none %}
    where fund {{ condition }}
    {% endif %}
    group by region, period{{ ', fund' if condition is none }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

cells as (

    select
        of_funds.*,
        insured.insured,
        insured.earlier_insured,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from of_funds
    inner join {{ ref('dim_report_parameters') }} as parameters
        on of_funds.region = parameters.region
        and of_funds.fund = parameters.fund
    left join insured
        on of_funds.region = insured.region
        and of_funds.period = insured.period
        and of_funds.fund = insured.fund

),

rates as (

    select
        *,
        {{ mean('100 * visits', 'insured', 'cells') }} as hospitalisation_rate,
        {{ mean('100 * earlier_visits', 'earlier_insured', 'cells') }} as earlier_hospitalisation_rate,
        {{ mean('100 * own_expense', 'total_cost', 'cells') }} as out_of_catalogue_share,
        {{ mean('100 * earlier_own_expense', 'earlier_total_cost', 'cells') }} as earlier_out_of_catalogue_share,
        {{ mean('total_cost', 'visits', 'cells') }} as cost_per_visit,
        {{ mean('100 * visits_settled_directly', 'visits', 'cells') }} as settled_directly_rate
    from cells

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
    -- of stays elsewhere alone: at home every stay is settled on the spot
    case when ancestor in ('in_province', 'out_of_province', 'outside_city') then settled_directly_rate end as direct_settlement_rate,
    cost_per_visit,
    case when cut = 'care_area' then {{ divide('100 * cost_per_visit', 'cost_out_of_province') }} end as cost_per_visit_vs_out_of_province,
    case
        when row_kind = 'total' and fund = 'employee' then {{ divide('100 * cost_per_visit', 'cost_of_residents') }} - 100
    end as cost_per_visit_excess_over_resident
from compared
