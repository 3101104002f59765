with registrations as (

    {{ latest_rows('stg_bureau__chronic_registrations', 'registration_id', ['registration_id', 'person_token', 'insutype',
        'insured_division', 'disease_code', 'disease_name', 'institution_code', 'begins_on', 'ends_on', 'is_synthetic', 'delivery_id',
        'batch_id', 'source_file', 'source_line']) }}

)

select
    registrations.registration_id,
    registrations.person_token,
    {{ member_of('funds') }} as fund,
    registrations.insured_division,
    coalesce(regions.region, 'unmapped') as region,
    registrations.disease_code,
    registrations.disease_name,
    registrations.institution_code,
    registrations.begins_on as valid_from,
    coalesce(registrations.ends_on, {{ last_day() }}) as valid_to,
    registrations.is_synthetic,
    registrations.delivery_id,
    registrations.batch_id,
    registrations.source_file,
    registrations.source_line
from registrations
left join {{ ref('dim_regions') }} as regions
    on registrations.insured_division = regions.admdvs
{{ join_code('funds', 'insutype', 'registrations.insutype', 'registrations.insured_division', 'registrations.begins_on') }}
