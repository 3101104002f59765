-- purchases from personal accounts count as outpatient care of employees; what the accounts paid in other care is in expenditure alone
with visits as (

    select
        claims.region,
        claims.period,
        claims.earlier_period,
        claims.fund,
        categories.ancestor as benefit_category,
        max(categories.row_kind) as row_kind,
        {{ sum_with_earlier('visits', 'claims') }},
        {{ sum_with_earlier('total_cost', 'claims') }}
    from {{ ref('int_operations__claims_by_period') }} as claims
    inner join {{ ref('bridge_members') }} as outpatient
        on outpatient.dimension = 'benefit_category'
        and outpatient.ancestor = 'outpatient'
        and claims.fund = outpatient.fund
        and claims.benefit_category = outpatient.member
    inner join {{ ref('bridge_members') }} as categories
        on categories.dimension = 'benefit_category'
        and claims.fund = categories.fund
        and claims.benefit_category = categories.member
        and categories.ancestor <> 'all'
    group by claims.region, claims.period, claims.earlier_period, claims.fund, categories.ancestor

),

cells as (

    select
        visits.*,
        {{ mean('visits.total_cost', 'visits.visits') }} as cost_per_visit,
        {{ mean('visits.earlier_total_cost', 'visits.earlier_visits') }} as earlier_cost_per_visit,
        spent.expenditure,
        spent.earlier_expenditure,
        spent.expenditure_change,
        spent.expenditure_growth,
        spent.expenditure_share_of_outpatient,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from visits
    inner join {{ ref('dim_report_parameters') }} as parameters
        on visits.region = parameters.region
        and visits.fund = parameters.fund
    left join {{ ref('expenditure_by_category') }} as spent
        on visits.region = spent.region
        and visits.period = spent.period
        and visits.fund = spent.fund
        and visits.benefit_category = spent.benefit_category
        and spent.care_area = 'all'

)

select
    region,
    period,
    earlier_period,
    fund,
    benefit_category,
    row_kind,
    {{ compared(['visits', 'total_cost', 'cost_per_visit'], parameters='cells') }},
    expenditure,
    earlier_expenditure,
    expenditure_change,
    expenditure_growth,
    expenditure_share_of_outpatient
from cells
