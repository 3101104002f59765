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
from {{ ref('int_operations__claims_of_months') }} as claims
inner join {{ ref('bridge_report_regions') }} as reports
    on claims.region = reports.region
left join {{ ref('dim_institutions') }} as institutions
    on claims.institution_code = institutions.institution_code
