with figures as (

    {{ current_rows('stg_published__figures') }}

),

-- a blank coordinate: the root of its tree where the measure has the dimension, else it does not apply
addressed as (

    select
        figures.document_id || ':' || cast(figures.figure_no as {{ dbt.type_string() }}) as figure_id,
        figures.document_id,
        figures.figure_no,
        figures.table_id,
        figures.region,
        figures.period,
        figures.version,
        {% for dimension in optional_coordinates() %}
        coalesce(figures.{{ dimension }}, case when measures.has_{{ dimension }} then 'all' else 'none' end) as {{ dimension }},
        {% endfor %}
        figures.measure,
        figures.printed_value,
        figures.printed_decimals,
        figures.printed_unit,
        figures.qualifier,
        figures.direction,
        -- a cell with nothing in it, where the transcriber gave no reason
        case when figures.value_number is null then coalesce(figures.empty_reason, 'blank') end as empty_reason,
        figures.section,
        figures.row_no,
        figures.column_no,
        figures.row_label,
        figures.column_label,
        figures.document_line,
        figures.source_file,
        figures.source_line,
        figures.delivery_id,
        figures.batch_id,
        measures.unit,
        coalesce(directions.sign, 1) as sign,
        figures.value_number * coalesce(units.factor, cast(1 as decimal(9, 0))) as magnitude,
        {{ half_of_last_digit('figures.printed_decimals') }} * coalesce(units.factor, cast(1 as decimal(9, 0))) as half_unit,
        -- whole numbers of persons, visits, days … are counted, not rounded; whole days of a mean are rounded
        coalesce(
            units.is_count and figures.printed_decimals = 0 and qualifiers.qualifier is null and measures.is_counted, false
        ) as is_exact,
        qualifiers.bound,
        coalesce(qualifiers.steps_below, 1) as steps_below,
        coalesce(qualifiers.steps_above, 1) as steps_above
    from figures
    left join {{ ref('dim_measures') }} as measures
        on figures.measure = measures.measure
    left join {{ ref('units') }} as units
        on figures.printed_unit = units.unit
    left join {{ ref('qualifiers') }} as qualifiers
        on figures.qualifier = qualifiers.qualifier
    left join {{ ref('directions') }} as directions
        on figures.direction = directions.direction

),

-- what rounds to the printed value, before the sign of a sentence's word is applied
magnitudes as (

    select
        *,
        case when is_exact then magnitude else magnitude - half_unit * steps_below end as magnitude_low,
        case when is_exact then magnitude else magnitude + half_unit * steps_above end as magnitude_high
    from addressed

)

select
    figure_id,
    document_id,
    figure_no,
    table_id,
    {% for coordinate in coordinates() %}
    {{ coordinate }},
    {% endfor %}
    measure,
    {{ address_hash(coordinates() + ['measure']) }} as address_id,
    unit,
    cast(sign * magnitude as decimal(28, 8)) as value,
    cast(case when sign < 0 then -magnitude_high else magnitude_low end as decimal(28, 8)) as value_low,
    cast(case when sign < 0 then -magnitude_low else magnitude_high end as decimal(28, 8)) as value_high,
    cast(case when is_exact then 0 else half_unit end as decimal(28, 8)) as half_unit,
    is_exact,
    bound as value_bound,
    empty_reason,
    printed_value,
    printed_decimals,
    printed_unit,
    qualifier,
    direction,
    section,
    row_no,
    column_no,
    row_label,
    column_label,
    document_line,
    source_file,
    source_line,
    delivery_id,
    batch_id
from magnitudes
