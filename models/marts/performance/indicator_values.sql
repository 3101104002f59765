-- Targets of the plans, and the actuals that no mart computes, at their own addresses: there they meet what others state of them.
{% set own = {'target': 'target_value', 'actual': 'actual_value'} %}
with stated as (

    {% for version, value in own.items() %}
    select
        region,
        period,
        '{{ version }}' as version,
        {% for coordinate in optional_coordinates() %}
        {{ coordinate }},
        {% endfor %}
        measure,
        unit,
        {{ value }} as value
    from {{ ref('int_performance__scores') }}
    where unit is not null and {{ value }} is not null
    {% if version == 'actual' %}
        and actual_source = 'delivered'
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

-- two forms may hold the same target
select
    region,
    period,
    version,
    {% for coordinate in optional_coordinates() %}
    {{ coordinate }},
    {% endfor %}
    measure,
    unit,
    cast(max(value) as decimal(28, 8)) as value,
    count(distinct value) = 1 as is_stated_alike
from stated
group by region, period, version,
    {% for coordinate in optional_coordinates() %}
    {{ coordinate }},
    {% endfor %}
    measure, unit
