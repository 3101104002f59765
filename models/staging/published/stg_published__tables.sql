select
    -- ids
    document as document_id,
    table_id,
    batch_id,
    -- what it is
    title,
    section,
    unit as table_unit,
    blank_means,
    first_line,
    last_line,
    -- where the row comes from
    source_file,
    source_line
from {{ source('published', 'tables') }}
