select
    -- ids
    document as document_id,
    batch_id,
    -- what it is
    title,
    issuer,
    document_number,
    issued_on,
    region,
    period,
    text_file,
    -- where the row comes from
    source_file,
    source_line
from {{ source('published', 'documents') }}
