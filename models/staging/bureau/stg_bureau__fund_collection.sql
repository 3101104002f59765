select
    -- whose and when
    insu_admdvs as insured_division,
    insutype,
    year as collection_year,
    -- what
    updt_time as updated_at,
    true as is_valid,
    -- delivered in 万元; in yuan
    cast(cast(due_wan as decimal(28, 6)) * 10000 as decimal(18, 2)) as due,
    cast(cast(contribution_base_wan as decimal(28, 6)) * 10000 as decimal(18, 2)) as contribution_base,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('bureau', 'fund_collection') }}
