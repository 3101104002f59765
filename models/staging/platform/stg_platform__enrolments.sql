select
    -- ids
    psn_insu_rlts_id as enrolment_token,
    psn_no as person_token,
    -- who, where and in what
    insu_admdvs as insured_division,
    poolarea_no as pooling_division,
    insutype,
    psn_type,
    psn_insu_stas as enrolment_status,
    -- when
    crt_insu_date as enrolled_on,
    paus_insu_date as paused_on,
    updt_time as updated_at,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'psn_insu_d') }}
