with documents as (

    {{ current_rows('stg_published__documents') }}

)

select
    document_id,
    title,
    issuer,
    document_number,
    issued_on,
    region,
    period,
    text_file,
    delivery_id,
    batch_id,
    is_synthetic
from documents
