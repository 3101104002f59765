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
        catalogue.measure_kind as base_kind,
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
        catalogue.measure_kind as base_kind,
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
        measure_kind as base_kind,
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
        base_kind,
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
    measures.base_kind in ('additive', 'balance', 'standalone') as is_counted,
    measures.time_kind,
    measures.weight_measure,
    {% for dimension in optional_coordinates() %}
    coalesce(dimensions.has_{{ dimension }}, false) as has_{{ dimension }},
    {% endfor %}
    measures.note
from measures
left join dimensions
    on measures.base_measure = dimensions.measure
