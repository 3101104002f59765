{#- Of rows that share these columns one at most holds on a day, and each holds on one: a join by day finds no row twice. -#}
{% test periods_apart(model, columns) %}
select
    {{ columns | join(', ') }},
    valid_from,
    valid_to,
    next_valid_from
from (
    select
        {{ columns | join(', ') }},
        valid_from,
        valid_to,
        lead(valid_from) over (partition by {{ columns | join(', ') }} order by valid_from, valid_to) as next_valid_from
    from {{ model }}
) as followed
where valid_to < valid_from
    or next_valid_from <= valid_to
{% endtest %}
