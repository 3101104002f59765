with records as (

    {{ latest_rows('stg_supervision__cases', ['region', 'period', 'month', 'kind'], [
        'region', 'period', 'month', 'kind', 'institutions', 'cases', 'persons', 'amount', 'is_synthetic', 'delivery_id', 'batch_id',
        'source_file', 'source_line'
    ]) }}

)

select
    region,
    period,
    month,
    kind,
    institutions,
    cases,
    persons,
    amount,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
