select
    -- ids
    batch_id,
    table_name,
    file as file_name,
    source_line,
    -- the fault
    column_name,
    value as delivered_value,
    reason,
    expected,
    row_text
from {{ source('ingest', 'quarantine') }}
