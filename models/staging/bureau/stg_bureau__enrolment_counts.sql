select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as count_year,
    status,
    -- what
    updt_time as updated_at,
    true as is_valid,
    -- persons
    enrolled,
    paying,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'enrolment_counts') }}
