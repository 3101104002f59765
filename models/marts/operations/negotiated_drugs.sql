with care as (

    select
        claims.region,
        claims.period,
        claims.earlier_period,
        claims.fund,
        levels.ancestor as institution_level,
        levels.row_kind,
        {{ sum_with_earlier('visits', 'claims') }},
        {{ sum_with_earlier('total_cost', 'claims') }},
        {{ sum_with_earlier('basic_paid', 'claims') }},
        {{ sum_with_earlier('serious_paid', 'claims') }},
        {{ sum_with_earlier('assistance_paid', 'claims') }}
    from {{ ref('int_operations__claims_by_period') }} as claims
    inner join {{ ref('bridge_members') }} as levels
        on levels.dimension = 'institution_level'
        and claims.fund = levels.fund
        and claims.institution_level = levels.member
    where claims.benefit_category = 'negotiated_drug_outpatient'
    group by claims.region, claims.period, claims.earlier_period, claims.fund, levels.ancestor, levels.row_kind

),

cells as (

    select
        care.*,
        spent.expenditure,
        spent.earlier_expenditure,
        spent.expenditure_share_of_outpatient,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from care
    inner join {{ ref('dim_report_parameters') }} as parameters
        on care.region = parameters.region
        and care.fund = parameters.fund
    -- the fund's expenditure on them stands beside the total
    left join {{ ref('expenditure_by_category') }} as spent
        on care.region = spent.region
        and care.period = spent.period
        and care.fund = spent.fund
        and care.row_kind = 'total'
        and spent.benefit_category = 'negotiated_drug_outpatient'
        and spent.care_area = 'all'

)

select
    region,
    period,
    earlier_period,
    fund,
    'negotiated_drug_outpatient' as benefit_category,
    institution_level,
    row_kind,
    {{ compared(['visits', 'total_cost', 'basic_paid', 'serious_paid', 'assistance_paid', 'expenditure'], parameters='cells') }},
    expenditure_share_of_outpatient
from cells
