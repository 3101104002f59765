select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as budget_year,
    version_no,
    -- what
    version as budget_version,
    adjusts,
    approved_on,
    updt_time as updated_at,
    true as is_valid,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'fund_budget_versions') }}
