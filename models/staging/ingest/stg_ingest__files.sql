select
    -- ids
    batch_id,
    file as file_name,
    table_name,
    -- counts
    row_count,
    loaded_count,
    quarantined_count,
    -- what was checked
    sha256,
    encoding,
    control_totals,
    -- columns that contract and file do not share
    unknown_columns,
    missing_columns
from {{ source('ingest', 'files') }}
