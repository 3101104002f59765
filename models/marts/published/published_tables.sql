with cells as (

    select * from {{ ref('fct_published_figures') }}
    where table_id is not null

)

select
    cells.document_id,
    documents.title as document_title,
    cells.table_id,
    published_tables.title as table_title,
    cells.row_no,
    cells.row_label,
    cells.column_no,
    cells.column_label,
    cells.printed_value,
    cells.printed_unit,
    cells.value,
    cells.unit,
    cells.empty_reason,
    {% for coordinate in coordinates() %}
    cells.{{ coordinate }},
    {% endfor %}
    cells.measure,
    cells.document_line,
    cells.figure_id
from cells
inner join {{ ref('dim_published_tables') }} as published_tables
    on cells.document_id = published_tables.document_id
    and cells.table_id = published_tables.table_id
inner join {{ ref('dim_documents') }} as documents
    on cells.document_id = documents.document_id
order by cells.document_id, cells.table_id, cells.row_no, cells.column_no
