select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as budget_year,
    -- what
    item,
    updt_time as updated_at,
    true as is_valid,
    -- in yuan
    cast(amount as decimal(18, 2)) as amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'budget_items') }}
