select
    region,
    year,
    measure,
    item,
    number,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('department', 'staff') }}
