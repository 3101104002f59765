with records as (

    {{ latest_rows('stg_department__performance_steps', ['year', 'indicator', 'from_value'], [
        'year', 'indicator', 'from_value', 'points', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line'
    ]) }}

)

select
    year as period,
    indicator,
    from_value,
    points,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
