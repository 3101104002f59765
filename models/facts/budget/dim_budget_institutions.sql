with records as (

    {{ latest_rows('stg_bureau__budget_institutions', ['institution_code'],
        ['institution_code', 'institution_name', 'settlement_division', 'is_drg', 'terminated_year',
         'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

)

select
    records.institution_code,
    records.institution_name,
    coalesce(regions.region, 'unmapped') as region,
    records.is_drg,
    records.terminated_year,
    records.is_synthetic,
    records.delivery_id,
    records.batch_id,
    records.source_file,
    records.source_line
from records
left join {{ ref('dim_regions') }} as regions
    on records.settlement_division = regions.admdvs
