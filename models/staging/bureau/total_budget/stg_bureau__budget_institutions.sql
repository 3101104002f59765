select
    -- ids
    fixmedins_code as institution_code,
    fixmedins_name as institution_name,
    -- where, how it is paid, and since when no longer
    settle_admdvs as settlement_division,
    terminated_year,
    updt_time as updated_at,
    true as is_valid,
    coalesce(drg_flag = '1', false) as is_drg,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'budget_institutions') }}
