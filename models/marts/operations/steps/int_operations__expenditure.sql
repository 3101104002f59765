-- by category with the subtotals of the fund's category tree; stays also by care area
with spent as (

    select
        spent.region,
        spent.period,
        spent.earlier_period,
        spent.fund,
        categories.ancestor as benefit_category,
        categories.row_kind,
        spent.care_area,
        spent.expenditure,
        spent.earlier_expenditure
    from {{ ref('int_operations__expenditure_by_period') }} as spent
    inner join {{ ref('bridge_members') }} as categories
        on categories.dimension = 'benefit_category'
        and spent.fund = categories.fund
        and spent.benefit_category = categories.member

),

-- categories of stays: an allowance or a purchase has no care area to be split by
stays as (

    select distinct
        fund,
        member as benefit_category
    from {{ ref('bridge_members') }}
    where dimension = 'benefit_category' and ancestor = 'inpatient'

),

in_areas as (

    select
        spent.region,
        spent.period,
        spent.earlier_period,
        spent.fund,
        spent.benefit_category,
        spent.row_kind,
        areas.ancestor as care_area,
        spent.expenditure,
        spent.earlier_expenditure
    from spent
    inner join stays
        on spent.fund = stays.fund
        and spent.benefit_category = stays.benefit_category
    inner join {{ ref('bridge_members') }} as areas
        on areas.dimension = 'care_area'
        and spent.fund = areas.fund
        and spent.care_area = areas.member
    where areas.row_kind <> 'total'

),

summed as (

    {% for rows, area in [('spent', "'all'"), ('in_areas', 'care_area')] %}
    select
        region,
        period,
        earlier_period,
        fund,
        benefit_category,
        {{ area }} as care_area,
        max(row_kind) as row_kind,
        {{ sum_with_earlier('expenditure', rows) }}
    from {{ rows }}
    group by region, period, earlier_period, fund, benefit_category, {{ area }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    summed.*,
    {% for base in ['all', 'inpatient', 'outpatient'] %}
    max(case when summed.benefit_category = '{{ base }}' and summed.care_area = 'all' then summed.expenditure end)
        over (partition by summed.region, summed.period, summed.fund) as expenditure_of_{{ base }},
    {% endfor %}
    parameters.mean_of_none,
    parameters.growth_from_zero,
    parameters.growth_of_none
from summed
inner join {{ ref('dim_report_parameters') }} as parameters
    on summed.region = parameters.region
    and summed.fund = parameters.fund
