-- the sums of a period, with those of its earlier period beside them
with periods as (

    select * from {{ ref('bridge_period_months') }}

)

select
    claims.region,
    periods.period,
    periods.earlier_period,
    claims.fund,
    claims.benefit_category,
    claims.care_area,
    claims.institution_level,
    claims.institution,
    {{ sums_of_period(claim_measures(), 'claims') }}
from {{ ref('int_operations__claims_by_month') }} as claims
inner join periods
    on claims.region = periods.region
    and claims.settlement_month = periods.month_starts_on
group by
    claims.region,
    periods.period,
    periods.earlier_period,
    claims.fund,
    claims.benefit_category,
    claims.care_area,
    claims.institution_level,
    claims.institution
