select
    -- whose and when
    fixmedins_code as institution_code,
    insutype,
    year as payment_year,
    updt_time as updated_at,
    true as is_valid,
    -- in yuan
    cast(hifp_pay as decimal(18, 2)) as amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'hospital_payments') }}
