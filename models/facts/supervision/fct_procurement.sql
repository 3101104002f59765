with records as (

    {{ latest_rows('stg_supervision__procurement', ['region', 'period', 'item', 'product'], [
        'region', 'period', 'item', 'product', 'batches', 'products', 'agreed_quantity', 'purchased_quantity', 'is_synthetic',
        'delivery_id', 'batch_id', 'source_file', 'source_line'
    ]) }}

)

select
    region,
    period,
    item,
    product,
    batches,
    products,
    agreed_quantity,
    purchased_quantity,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
