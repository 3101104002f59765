{#- The schema `raw`: one view on the lake for each source table, made before anything is built.
    It has every column of the contract that reaches the lake, typed, also where no delivery has brought the table yet or an
    earlier contract had fewer. Columns with `pii: drop` reach no lake. -#}
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
    {% set pattern = env_var('MEDFUND_LAKE', 'lake') ~ '/' ~ source.source_name ~ '/' ~ source.name ~ '/*/*.parquet' %}
    {% set pattern = pattern | replace("'", "''") %}
    {% set files = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] %}
    {# the loader's own tables have its columns and no others #}
    {% set added = [] if source.source_meta.get('written_by') else ['source_file', 'source_line'] %}
    create or replace view raw.{{ source.identifier }} as
    select
        {% for column in source.columns.values() if column.name not in added + ['batch_id'] and column.config.meta.get('pii') != 'drop' %}
            cast(null as {{ column.data_type }}) as {{ column.name }},
        {% endfor %}
        {% if added %} cast(null as varchar) as source_file, cast(null as bigint) as source_line, {% endif %}
        cast(null as varchar) as batch_id
    where false
    {% if files > 0 %}
        union all by name
        {# where each line of a file is one record, the row's place tells its line: the first row has place 0 and line 2 #}
        select * {% if added %} exclude (file_row_number) replace (coalesce(source_line, file_row_number + 2) as source_line) {% endif %}
        from read_parquet(
            '{{ pattern }}', union_by_name = true, hive_partitioning = true, hive_types = {'batch_id': varchar}
            {%- if added %}, file_row_number = true{% endif %}
        )
    {% endif %}
{% endmacro %}
