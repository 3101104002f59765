select
    -- ids
    fix_cntr_id as agreement_id,
    fixmedins_code as institution_code,
    -- when
    cast(begntime as date) as begins_on,
    cast(endtime as date) as ends_on,
    cast(efft_time as date) as takes_effect_on,
    cast(invd_time as date) as lapses_on,
    updt_time as updated_at,
    coalesce(vali_flag = '1', false) as is_valid,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'fixmedins_cntr_reg_d') }}
