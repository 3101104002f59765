-- Supervision by kind in long form: a whole period as it was reported, else the sum of its months; with growth where last year is known.
{% set counted = ['institutions', 'cases', 'persons', 'amount'] %}
with periods as (

    select
        region,
        period,
        kind,
        {% for count in counted %}
        coalesce(max(case when month = 'all' then {{ count }} end), sum(case when month <> 'all' then {{ count }} end)) as {{ count }},
        {% endfor %}
        max(case when is_synthetic then 1 else 0 end) = 1 as has_synthetic,
        max(case when month = 'all' then 1 else 0 end) = 1 as is_whole,
        max(case when month = 'all' and is_synthetic then 1 else 0 end) = 1 as is_whole_synthetic
    from {{ ref('fct_supervision_cases') }}
    group by region, period, kind

),

counts as (

    {% for count in counted %}
    select
        periods.region,
        periods.period,
        'actual' as version,
        {% for coordinate in optional_coordinates() if coordinate != 'item' %}
        'none' as {{ coordinate }},
        {% endfor %}
        kinds.item,
        kinds.measure,
        cast(periods.{{ count }} as decimal(28, 8)) as value,
        case when periods.is_whole then periods.is_whole_synthetic else periods.has_synthetic end as is_synthetic
    from periods
    inner join {{ ref('supervision_kinds') }} as kinds
        on periods.kind = kinds.kind
        and kinds.counted = '{{ count }}'
    where periods.{{ count }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    {{ counts_compared('counts') }}

)

select
    compared.region,
    compared.period,
    compared.item,
    compared.measure,
    measures.label_zh || coalesce('：' || items.label_zh, '') as label_zh,
    measures.unit,
    cast(compared.value as decimal(28, 8)) as value,
    compared.is_synthetic
from compared
inner join {{ ref('dim_measures') }} as measures
    on compared.measure = measures.measure
left join {{ ref('dim_items') }} as items
    on compared.item = items.item
    and items.item not in ('all', 'none')
