with latest as (

    {{ latest_rows('stg_bureau__region_counts', ['division', 'count_year', 'kind'], ['division', 'count_year', 'kind', 'persons',
        'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

)

select
    coalesce(regions.region, 'unmapped') as region,
    latest.division,
    latest.count_year,
    latest.kind,
    latest.persons,
    latest.is_synthetic,
    latest.delivery_id,
    latest.batch_id,
    latest.source_file,
    latest.source_line
from latest
left join {{ ref('dim_regions') }} as regions
    on latest.division = regions.admdvs
