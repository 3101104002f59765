select
    check_id,
    reason,
    waived_by,
    valid_until
from {{ ref('stg_ingest__waivers') }}
