{#- The schema `raw`: one view on the lake for each source table, made before anything is built.
    A table that no delivery has brought yet is an empty view with the contract's columns. -#}
{% macro create_raw_views() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% do run_query('create schema if not exists raw') %}
        {% for source in graph.sources.values() %}
            {% do run_query(raw_view(source)) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro raw_view(source) %}
    {{ return(adapter.dispatch('raw_view', 'medfund')(source)) }}
{% endmacro %}

{% macro duckdb__raw_view(source) %}
    {% set pattern = env_var('MEDFUND_LAKE', 'lake') ~ '/' ~ source.source_name ~ '/' ~ source.name ~ '/*/data.parquet' %}
    {% set pattern = pattern | replace("'", "''") %}
    {% set files = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] %}
    create or replace view raw.{{ source.identifier }} as
    {% if files > 0 %}
        select * from read_parquet('{{ pattern }}', union_by_name = true, hive_partitioning = true, hive_types = {'batch_id': varchar})
    {% else %}
        select
            {% for column in source.columns.values() if column.name not in ['batch_id', 'source_file', 'source_line'] %}
                cast(null as {{ column.data_type }}) as {{ column.name }},
            {% endfor %}
            cast(null as varchar) as source_file, cast(null as bigint) as source_line, cast(null as varchar) as batch_id
        where false
    {% endif %}
{% endmacro %}
