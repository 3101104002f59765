{#- No two rows share the value. For facts of many millions: keys of 64 bits are counted, and only those that occur twice are compared
    by value. -#}
{% test unique_record(model, column_name) %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
where {{ record_key(column_name) }} in (
    select {{ record_key(column_name) }}
    from {{ model }}
    group by {{ record_key(column_name) }}
    having count(*) > 1
)
group by {{ column_name }}
having count(*) > 1
{% endtest %}
