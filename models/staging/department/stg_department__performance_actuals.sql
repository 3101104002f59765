select
    region,
    year,
    indicator,
    cast(actual_value as decimal(22, 4)) as actual_value,
    is_met = '1' as is_met,
    actual_text,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('department', 'performance_actuals') }}
