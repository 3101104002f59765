select
    region,
    period,
    item,
    product,
    batches,
    products,
    agreed_quantity,
    purchased_quantity,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('supervision', 'procurement') }}
