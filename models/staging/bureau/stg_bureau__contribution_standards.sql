select
    -- where and when
    insu_admdvs as insured_division,
    insutype,
    year as standard_year,
    updt_time as updated_at,
    true as is_valid,
    -- yuan per person
    cast(individual_amt as decimal(18, 2)) as individual_amount,
    cast(fiscal_amt as decimal(18, 2)) as fiscal_amount,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'contribution_standards') }}
