-- posts, staff and units by kind; posts and staff add up over their kinds
{% set measures = ['staff_posts', 'staff', 'retired_staff', 'units'] %}
with counted as (

    select
        region,
        period,
        {% for measure in measures %}
        sum(case when measure = '{{ measure }}' then number end) as {{ measure }},
        {% endfor %}
        item
    from {{ ref('fct_department_staff') }}
    where item <> 'all'
    group by region, period, item

    union all

    select
        region,
        period,
        {% for measure in measures %}
        sum(case when measure = '{{ measure }}' then number end) as {{ measure }},
        {% endfor %}
        'all' as item
    from {{ ref('fct_department_staff') }}
    -- units of one kind lie inside those of another
    where measure <> 'units'
    group by region, period

)

select
    counted.region,
    counted.period,
    counted.item,
    items.label_zh,
    {% for measure in measures %}
    cast(counted.{{ measure }} as bigint) as {{ measure }},
    {% endfor %}
    {{ divide('100 * counted.staff', 'counted.staff_posts') }} as staff_control_rate
from counted
inner join {{ ref('dim_items') }} as items
    on counted.item = items.item
