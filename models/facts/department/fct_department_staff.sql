with records as (

    {{ latest_rows('stg_department__staff', ['region', 'year', 'measure', 'item'], [
        'region', 'year', 'measure', 'item', 'number', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line'
    ]) }}

)

select
    region,
    year as period,
    measure,
    item,
    number,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
