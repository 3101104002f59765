{#- Records come again: a correction in a later delivery, a table sent whole each month. Of all versions of a record in current
    batches the one counts that was changed last (updt_time); of those the one of the batch loaded last. Most records come once, so
    only those whose key occurs more than once are ranked; keys are hashes, the ranking itself goes by the id. -#}

{#- A number for a record's id, for finding candidates fast. Two ids may share one: what it finds is compared by id afterwards. -#}
{% macro record_key(id) -%}
    {{ adapter.dispatch('record_key', 'medfund')(id) }}
{%- endmacro %}

{% macro duckdb__record_key(id) -%}
    cast(hash({{ id }}) >> 1 as bigint)
{%- endmacro %}

{% macro spark__record_key(id) -%}
    xxhash64({{ id }})
{%- endmacro %}

{% macro month_of(moment) -%}
    cast({{ dbt.date_trunc('month', moment) }} as date)
{%- endmacro %}

{% macro latest_batch_first(batch_id='batch_id') -%}
    updated_at desc, loaded_at desc, {{ batch_id }} desc
{%- endmacro %}

{% macro latest_first() -%}
    {{ latest_batch_first() }}, source_file desc, source_line desc
{%- endmacro %}

{#- The latest versions of the valid records of staging models that hold one kind of record. For small tables: one pass to count
    keys, one to read. `key` is a column or a list of them. -#}
{% macro latest_rows(model, key, columns) -%}
    {%- set keys = [key] if key is string else key -%}
    select {% for column in columns %}latest.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from ({{ current_rows(model) }}) as latest
    left join (
        select {{ keys | join(', ') }}, batch_id, source_file, source_line
        from (
            select
                {{ keys | join(', ') }}, batch_id, source_file, source_line,
                row_number() over (partition by {{ keys | join(', ') }} order by {{ latest_first() }}) as recency
            from ({{ current_rows(model) }}) as versions
            where {{ key64(keys) }} in (
                select {{ key64(keys) }} from ({{ current_rows(model) }}) as records
                group by {{ key64(keys) }} having count(*) > 1
            )
        ) as ranked
        where recency > 1
    ) as superseded
        on latest.batch_id = superseded.batch_id
        and latest.source_file = superseded.source_file
        and latest.source_line = superseded.source_line
        {% for one in keys %}and latest.{{ one }} = superseded.{{ one }}
        {% endfor -%}
    where superseded.batch_id is null
        and latest.is_valid
{%- endmacro %}

{#- Fields as one value that is compared field by field, from the first on; read again as <value>.<field>. -#}
{% macro together(fields) -%}
    {{ adapter.dispatch('together', 'medfund')(fields) }}
{%- endmacro %}

{% macro duckdb__together(fields) -%}
    struct_pack({% for name, expression in fields.items() %}{{ name }} := {{ expression }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro spark__together(fields) -%}
    named_struct({% for name, expression in fields.items() %}'{{ name }}', {{ expression }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
