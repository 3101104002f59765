{#- Counts in long form (an address, a measure, a value) with their change and growth against the earlier period, where that was
    counted too. What a delivery states as a change itself goes before what is computed. -#}
{% macro counts_compared(relation) -%}
    {%- set address = coordinates() | reject('equalto', 'period') | list -%}
    select
        {% for coordinate in coordinates() %}counts.{{ coordinate }}, {% endfor %}
        counts.measure, counts.value, counts.is_synthetic
    from {{ relation }} as counts

    union all

    select
        {% for coordinate in coordinates() %}counts.{{ coordinate }}, {% endfor %}
        compared.measure,
        case compared.measure_kind
            when 'change' then counts.value - earlier.value
            when 'growth' then {{ divide('100 * counts.value', 'earlier.value') }} - 100
        end as value,
        counts.is_synthetic or earlier.is_synthetic as is_synthetic
    from {{ relation }} as counts
    inner join {{ ref('dim_periods') }} as periods
        on counts.period = periods.period
    inner join {{ relation }} as earlier
        on periods.earlier_period = earlier.period
        and counts.measure = earlier.measure
        {% for coordinate in address %}and counts.{{ coordinate }} = earlier.{{ coordinate }}
        {% endfor -%}
    inner join {{ ref('dim_measures') }} as compared
        on counts.measure = compared.base_measure
        and compared.measure_kind in ('change', 'growth')
    left join {{ relation }} as stated
        on counts.period = stated.period
        and compared.measure = stated.measure
        {% for coordinate in address %}and counts.{{ coordinate }} = stated.{{ coordinate }}
        {% endfor -%}
    where counts.version = 'actual' and stated.measure is null
{%- endmacro %}
