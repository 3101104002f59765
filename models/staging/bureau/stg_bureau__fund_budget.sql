select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as budget_year,
    version_no,
    line,
    -- what
    updt_time as updated_at,
    true as is_valid,
    -- delivered in 万元; in yuan
    amount_wan,
    cast(cast(amount_wan as decimal(28, 6)) * 10000 as decimal(18, 2)) as amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'fund_budget') }}
