-- The one look at the claims: every other step and mart of this folder reads these sums. An institution is told apart only where a
-- report does so: stays in the county.
with claims as (

    select
        region,
        settlement_month,
        fund,
        benefit_category,
        care_area,
        institution_level,
        case when is_inpatient and care_area = 'in_county' then institution_code end as institution_code,
        {{ sums_of_claims() }}
    from {{ ref('fct_claims') }}
    group by
        region,
        settlement_month,
        fund,
        benefit_category,
        care_area,
        institution_level,
        case when is_inpatient and care_area = 'in_county' then institution_code end

)

-- once for each region whose reports count them
select
    reports.report_region as region,
    claims.settlement_month,
    claims.fund,
    claims.benefit_category,
    claims.care_area,
    claims.institution_level,
    {{ columns_of_claims('claims') }},
    case when claims.institution_code is null then 'none' else coalesce(institutions.institution, 'unmapped') end as institution
from claims
inner join {{ ref('bridge_report_regions') }} as reports
    on claims.region = reports.region
left join {{ ref('dim_institutions') }} as institutions
    on claims.institution_code = institutions.institution_code
