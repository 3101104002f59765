select
    region,
    entry_id,
    year,
    fund,
    version,
    item,
    budget_item,
    cast(amount as decimal(18, 2)) as amount,
    reason,
    approved_on,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('department', 'budget') }}
