{{ config(post_hook=["{{ forget_built() }}", "{{ note_built() }}"]) }}
with subsidies as (

    {{ latest_rows('stg_bureau__enrolment_subsidies', 'subsidy_id', ['subsidy_id', 'person_token', 'insured_division', 'sp_psn_type',
        'subsidy_kind', 'subsidy_year', 'subsidised_on', 'subsidy_amount', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file',
        'source_line']) }}

)

select
    subsidies.subsidy_id,
    subsidies.person_token,
    subsidies.insured_division,
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('person_groups', 'subsidies.sp_psn_type') }} as person_group,
    subsidies.subsidy_kind,
    subsidies.subsidy_year,
    subsidies.subsidised_on,
    subsidies.subsidy_amount,
    subsidies.is_synthetic,
    subsidies.delivery_id,
    subsidies.batch_id,
    subsidies.source_file,
    subsidies.source_line
from subsidies
left join {{ ref('dim_regions') }} as regions
    on subsidies.insured_division = regions.admdvs
{{ join_code('person_groups', 'sp_psn_type', 'subsidies.sp_psn_type', 'subsidies.insured_division', 'subsidies.subsidised_on') }}
