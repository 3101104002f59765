select
    -- ids
    payment_id,
    psn_no as person_token,
    -- who
    insutype,
    insu_admdvs as insured_division,
    -- when
    paid_on,
    allowance_days,
    updt_time as updated_at,
    coalesce(vali_flag = '1', false) as is_valid,
    -- in yuan
    cast(payment_amt as decimal(18, 2)) as payment_amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'maternity_allowance') }}
