with source as (

    select * from {{ source('ingest', 'deliveries') }}

),

-- a correction carries a higher revision; a batch read again under a changed contract carries a later load time
ranked as (

    select
        *,
        row_number() over (partition by delivery_id order by revision desc, loaded_at desc) as recency
    from source

)

select
    -- ids
    batch_id,
    delivery_id,
    revision,
    source as source_name,
    region,
    period,
    -- counts
    row_count,
    quarantined_count,
    -- flags
    recency = 1 as is_current,
    is_synthetic,
    -- times
    loaded_at,
    -- hashes
    manifest_sha256,
    contract_sha256,
    token_key
from ranked
