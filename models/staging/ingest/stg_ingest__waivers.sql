select
    check_id,
    reason,
    waived_by,
    valid_until
from {{ source('ingest', 'waivers') }}
