-- Targets of the plans, and the actuals that no mart computes, at their own addresses: there they meet what others state of them.
{% set stated = [('target', 'target_value', '1 = 1'), ('actual', 'actual_value', "actual_source = 'delivered'")] %}
with stated as (

    {% for version, value, condition in stated %}
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
    where unit is not null and {{ value }} is not null and {{ condition }}
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
group by region, period, version, {{ optional_coordinates() | join(', ') }}, measure, unit
