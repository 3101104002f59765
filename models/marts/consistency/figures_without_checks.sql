-- a gap in the address model, or a figure that really stands alone
with covered as (

    select distinct terms.figure_id
    from {{ ref('consistency_check_terms') }} as terms
    inner join {{ ref('consistency_checks') }} as checks
        on terms.check_id = checks.check_id
    where checks.status <> 'undecidable'
        and terms.figure_id is not null

),

undecided as (

    select
        figure_id,
        count(*) as undecidable_count
    from {{ ref('consistency_checks') }}
    where status = 'undecidable'
    group by figure_id

)

select
    figures.figure_id,
    figures.document_id,
    figures.section,
    figures.table_id,
    figures.row_label,
    figures.column_label,
    figures.document_line,
    figures.printed_value,
    figures.printed_unit,
    figures.empty_reason,
    {% for coordinate in coordinates() %}
    figures.{{ coordinate }},
    {% endfor %}
    figures.measure,
    case
        when figures.value is null then 'no value'
        when undecided.figure_id is not null then 'a term is missing'
        when measures.measure_kind = 'standalone' then 'stands alone'
        else 'no rule applies'
    end as why
from {{ ref('int_consistency__input') }} as figures
inner join {{ ref('dim_measures') }} as measures
    on figures.measure = measures.measure
left join covered
    on figures.figure_id = covered.figure_id
left join undecided
    on figures.figure_id = undecided.figure_id
where covered.figure_id is null
