{#- What a run adds to a table goes there at once. dbt-duckdb would write it to a temporary table first, which costs a month of claims as
    much again; appended rows are read only once, so that a view serves. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- if temporary and language == 'sql' and config.get('incremental_strategy') == 'append' -%}
    create temporary view {{ relation.include(database=false, schema=false) }} as (
    {{ compiled_code }}
    )
    {%- else -%}
    {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by) }}
    {%- endif -%}
{%- endmacro %}
