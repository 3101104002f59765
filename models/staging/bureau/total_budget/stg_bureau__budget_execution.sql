select
    -- whose and when
    settle_admdvs as settlement_division,
    insutype,
    {{ month_of('month') }} as execution_month,
    -- what and where
    item,
    coalesce(fixmedins_code, 'none') as institution_code,
    updt_time as updated_at,
    true as is_valid,
    -- how often
    visits,
    -- in yuan
    cast(medfee_sumamt as decimal(18, 2)) as total_cost,
    cast(hifp_pay as decimal(18, 2)) as amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'budget_execution') }}
