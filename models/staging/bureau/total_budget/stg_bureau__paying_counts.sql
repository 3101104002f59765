select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as budget_year,
    counted_on,
    updt_time as updated_at,
    true as is_valid,
    -- how many
    persons,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'paying_counts') }}
