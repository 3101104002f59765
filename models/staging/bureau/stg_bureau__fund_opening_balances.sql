select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    coalesce(account, 'all') as account,
    year as balance_year,
    -- what
    updt_time as updated_at,
    true as is_valid,
    -- in yuan
    cast(balance_amt as decimal(18, 2)) as balance,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'fund_opening_balances') }}
