select
    year,
    indicator,
    cast(from_value as decimal(22, 4)) as from_value,
    cast(points as decimal(7, 2)) as points,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('department', 'performance_steps') }}
