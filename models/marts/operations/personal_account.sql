-- what personal accounts paid, by the kind of care; purchases at pharmacies are a kind of their own
with paid as (

    select
        claims.region,
        claims.period,
        claims.earlier_period,
        claims.fund,
        categories.ancestor as benefit_category,
        categories.row_kind,
        {{ sum_with_earlier('account_paid', 'claims') }},
        {{ sum_with_earlier('shared_account_paid', 'claims') }}
    from {{ ref('int_operations__claims_by_period') }} as claims
    inner join {{ ref('bridge_members') }} as categories
        on categories.dimension = 'benefit_category'
        and claims.fund = categories.fund
        and claims.benefit_category = categories.member
    group by claims.region, claims.period, claims.earlier_period, claims.fund, categories.ancestor, categories.row_kind

),

cells as (

    select
        paid.*,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from paid
    inner join {{ ref('dim_report_parameters') }} as parameters
        on paid.region = parameters.region
        and paid.fund = parameters.fund

)

select
    region,
    period,
    earlier_period,
    fund,
    benefit_category,
    row_kind,
    {{ compared('account_paid', parameters='cells') }},
    {{ compared('shared_account_paid', parameters='cells') }}
from cells
where account_paid <> 0 or coalesce(earlier_account_paid, 0) <> 0
