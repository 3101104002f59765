with catalogue as (

    select * from {{ ref('measures') }}

),

-- which coordinates a measure has; an operand at an address resolves by itself because of this
dimensions as (

    select
        {% for dimension in optional_coordinates() %}
        max(case when dimension = '{{ dimension }}' then 1 else 0 end) = 1 as has_{{ dimension }},
        {% endfor %}
        measure
    from {{ ref('measure_dimensions') }}
    group by measure

),

-- 同比: a change in the measure's own unit (points where that is percent) and a growth in percent
comparisons as (

    select
        catalogue.measure || '_change' as measure,
        catalogue.measure as base_measure,
        catalogue.label_zh || '同比增减' as label_zh,
        'change of ' || catalogue.label_en as label_en,
        catalogue.unit,
        'change' as measure_kind,
        catalogue.time_kind
    from catalogue
    where catalogue.has_comparison

    union all

    select
        catalogue.measure || '_growth' as measure,
        catalogue.measure as base_measure,
        catalogue.label_zh || '同比增长率' as label_zh,
        'growth of ' || catalogue.label_en as label_en,
        'pct' as unit,
        'growth' as measure_kind,
        catalogue.time_kind
    from catalogue
    where catalogue.has_comparison

),

measures as (

    select
        measure,
        measure as base_measure,
        label_zh,
        label_en,
        unit,
        measure_kind,
        time_kind,
        weight_measure,
        note
    from catalogue

    union all

    select
        measure,
        base_measure,
        label_zh,
        label_en,
        unit,
        measure_kind,
        time_kind,
        cast(null as {{ dbt.type_string() }}) as weight_measure,
        cast(null as {{ dbt.type_string() }}) as note
    from comparisons

)

select
    measures.measure,
    measures.base_measure,
    measures.label_zh,
    measures.label_en,
    measures.unit,
    measures.measure_kind,
    measures.time_kind,
    measures.weight_measure,
    {% for dimension in optional_coordinates() %}
    coalesce(dimensions.has_{{ dimension }}, false) as has_{{ dimension }},
    {% endfor %}
    measures.note
from measures
left join dimensions
    on measures.base_measure = dimensions.measure
