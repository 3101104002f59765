select
    -- whose and when
    insu_admdvs as division,
    year as count_year,
    kind,
    -- what
    updt_time as updated_at,
    true as is_valid,
    -- persons
    persons,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'region_counts') }}
