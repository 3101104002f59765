select
    -- ids
    subsidy_id,
    psn_no as person_token,
    -- who and how
    insu_admdvs as insured_division,
    sp_psn_type,
    subsidy_kind,
    -- when
    year as subsidy_year,
    subsidised_on,
    updt_time as updated_at,
    coalesce(vali_flag = '1', false) as is_valid,
    -- in yuan
    cast(subsidy_amt as decimal(18, 2)) as subsidy_amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'enrolment_subsidy') }}
