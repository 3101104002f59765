with published_tables as (

    {{ current_rows('stg_published__tables') }}

)

select
    document_id,
    table_id,
    title,
    section,
    table_unit,
    blank_means,
    first_line,
    last_line,
    delivery_id,
    batch_id
from published_tables
