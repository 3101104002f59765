{#- No two rows share the value. For facts of many millions: where months were proved before, the others are held against all; else keys of
    64 bits are counted, and only those that occur twice are compared by value. -#}
{% test unique_record(model, column_name) %}
{% set months = months_unproved(model.identifier) %}
select
    records.{{ column_name }},
    count(*) as row_count
from {{ model }} as records
{% if months is not none %}
inner join (
    select distinct {{ column_name }} from {{ model }}
    where {{ one_of(monthly_facts()[model.identifier]['month'], months) }}
) as unproved
    on records.{{ column_name }} = unproved.{{ column_name }}
{% else %}
where {{ record_key('records.' ~ column_name) }} in (
    select {{ record_key(column_name) }}
    from {{ model }}
    group by {{ record_key(column_name) }}
    having count(*) > 1
)
{% endif %}
group by records.{{ column_name }}
having count(*) > 1
{% endtest %}
