select
    -- ids
    registration_id,
    psn_no as person_token,
    -- who, what and where
    insutype,
    insu_admdvs as insured_division,
    dise_no as disease_code,
    dise_name as disease_name,
    fixmedins_code as institution_code,
    -- when
    begndate as begins_on,
    enddate as ends_on,
    updt_time as updated_at,
    coalesce(vali_flag = '1', false) as is_valid,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'chronic_registration') }}
