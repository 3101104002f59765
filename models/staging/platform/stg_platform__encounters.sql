select
    -- ids
    mdtrt_id as encounter_id,
    psn_no as person_token,
    -- where and what
    insu_admdvs as insured_division,
    fixmedins_code as institution_code,
    insutype,
    med_type,
    dise_no as disease_code,
    dscg_maindiag_code as diagnosis_code,
    dscg_way as discharge_way,
    -- when
    begntime as begins_at,
    endtime as ends_at,
    updt_time as updated_at,
    -- flags and counts
    coalesce(inhosp_stas = '1', false) as is_in_hospital,
    coalesce(vali_flag = '1', false) as is_valid,
    cast(ipt_days as integer) as inpatient_days,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'mdtrt_d') }}
