with records as (

    {{ latest_rows('stg_department__performance_actuals', ['year', 'indicator'], [
        'region', 'year', 'indicator', 'actual_value', 'is_met', 'actual_text', 'is_synthetic', 'delivery_id', 'batch_id',
        'source_file', 'source_line'
    ]) }}

)

select
    region,
    year as period,
    indicator,
    actual_value,
    is_met,
    actual_text,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
