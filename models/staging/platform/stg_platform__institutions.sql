select
    -- ids
    fixmedins_code as institution_code,
    -- what it is
    fixmedins_name as institution_name,
    fix_blng_admdvs as institution_division,
    fixmedins_type,
    hosp_lv,
    fix_onln_open_flag,
    -- when
    cast(begntime as date) as begins_on,
    cast(endtime as date) as ends_on,
    updt_time as updated_at,
    coalesce(vali_flag = '1', false) as is_valid,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'fixmedins_b') }}
