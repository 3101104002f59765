-- what the plan is computed from, each number at its address
{%- set measures = {'payment_weight': 'decimal(9, 4)', 'terminated_institution_cut': 'decimal(9, 4)',
    'transfer_to_non_drg': 'decimal(18, 2)', 'contribution_standard': 'decimal(18, 2)', 'paying': 'bigint', 'drg_hospitals': 'bigint'} %}
with parameters as (

    select
        terms.region,
        terms.budget_year as period,
        'budget' as version,
        parameters.fund,
        parameters.item,
        parameters.parameter as measure,
        parameters.number
    from {{ ref('dim_scenario_parameters') }} as parameters
    inner join {{ ref('int_budget__terms') }} as terms
        on parameters.scenario = terms.scenario
        and parameters.fund = terms.fund
    where terms.is_plan
        and parameters.parameter in ('payment_weight', 'terminated_institution_cut', 'transfer_to_non_drg')

),

plans as (

    select distinct
        region,
        budget_year
    from {{ ref('int_budget__terms') }}
    where is_plan

),

numbers as (

    select * from parameters

    {% for item, amount in [('individual', 'individual_amount'), ('fiscal', 'fiscal_amount'),
        ('all', 'individual_amount + fiscal_amount')] %}
    union all

    select
        standards.region,
        standards.standard_year as period,
        'budget' as version,
        standards.fund,
        '{{ item }}' as item,
        'contribution_standard' as measure,
        {{ amount }} as number
    from {{ ref('fct_contribution_standards') }} as standards
    inner join plans
        on standards.region = plans.region
        and standards.standard_year = plans.budget_year
    {% endfor %}

    union all

    -- a count is a fact, and stands at its day
    select
        counts.region,
        periods.period,
        'actual' as version,
        counts.fund,
        'all' as item,
        'paying' as measure,
        counts.persons as number
    from {{ ref('fct_paying_counts') }} as counts
    inner join {{ ref('dim_periods') }} as periods
        on counts.counted_on = periods.ends_on
        and periods.period_kind = 'year_to_date'

    union all

    select
        plans.region,
        plans.budget_year as period,
        'budget' as version,
        'none' as fund,
        'none' as item,
        'drg_hospitals' as measure,
        count(*) as number
    from plans
    inner join {{ ref('int_budget__areas') }} as areas
        on plans.region = areas.region
    inner join {{ ref('dim_budget_institutions') }} as institutions
        on areas.area = institutions.region
    where institutions.is_drg and institutions.terminated_year is null
    group by plans.region, plans.budget_year

)

select
    region,
    period,
    version,
    fund,
    {% for measure, type in measures.items() %}
    cast(max(case when measure = '{{ measure }}' then number end) as {{ type }}) as {{ measure }},
    {% endfor %}
    item
from numbers
group by region, period, version, fund, item
