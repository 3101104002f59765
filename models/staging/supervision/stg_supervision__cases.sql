select
    region,
    period,
    month,
    kind,
    institutions,
    cases,
    persons,
    cast(amount as decimal(18, 2)) as amount,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('supervision', 'cases') }}
