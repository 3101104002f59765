select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    coalesce(account, 'all') as account,
    ledger_month as account_month,
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
from {{ source('bureau', 'fund_ledger') }}
