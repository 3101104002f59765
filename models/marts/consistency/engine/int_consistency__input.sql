{{ config(materialized='view') }}
-- What the engine checks: the figures that documents print, and those of our own marts. Our marts are one document of their own, each
-- mart a closed table of it; they are held to the same rules, and by a stricter measure: a finding there is ours to mend.
select
    figures.figure_id,
    figures.document_id,
    documents.issuer,
    figures.figure_no,
    figures.table_id,
    {% for coordinate in coordinates() %}
    figures.{{ coordinate }},
    {% endfor %}
    figures.measure,
    figures.address_id,
    figures.unit,
    figures.value,
    figures.value_low,
    figures.value_high,
    figures.half_unit,
    figures.empty_reason,
    figures.printed_value,
    figures.printed_decimals,
    figures.printed_unit,
    figures.direction,
    figures.section,
    figures.row_no,
    figures.column_no,
    figures.row_label,
    figures.column_label,
    figures.document_line,
    false as is_own
from {{ ref('fct_published_figures') }} as figures
inner join {{ ref('dim_documents') }} as documents
    on figures.document_id = documents.document_id

union all

select
    figures.mart || ':' || figures.address_id as figure_id,
    'medfund' as document_id,
    'medfund' as issuer,
    row_number() over (order by figures.mart, figures.address_id) as figure_no,
    figures.mart as table_id,
    {% for coordinate in coordinates() %}
    figures.{{ coordinate }},
    {% endfor %}
    figures.measure,
    figures.address_id,
    figures.unit,
    figures.value,
    cast(figures.value - figures.margin as decimal(28, 8)) as value_low,
    cast(figures.value + figures.margin as decimal(28, 8)) as value_high,
    figures.margin as half_unit,
    cast(null as {{ dbt.type_string() }}) as empty_reason,
    cast(figures.value as {{ dbt.type_string() }}) as printed_value,
    8 as printed_decimals,
    cast(null as {{ dbt.type_string() }}) as printed_unit,
    cast(null as {{ dbt.type_string() }}) as direction,
    figures.period as section,
    cast(null as {{ dbt.type_bigint() }}) as row_no,
    cast(null as {{ dbt.type_bigint() }}) as column_no,
    cast(null as {{ dbt.type_string() }}) as row_label,
    cast(null as {{ dbt.type_string() }}) as column_label,
    cast(null as {{ dbt.type_bigint() }}) as document_line,
    true as is_own
from (

    select
        *,
        -- a quotient is rounded to its 8th decimal, and may have been computed from such
        case when is_exact then cast(0 as decimal(28, 8)) else cast(0.00000001 as decimal(28, 8)) end as margin
    from {{ ref('figures') }}

) as figures
