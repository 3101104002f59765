{#- The schema `raw`: one view on the lake for each source table, made before anything is built.
    It has every column of the contract that reaches the lake, typed, also where no delivery has brought the table yet or an
    earlier contract had fewer. Columns with `pii: drop` reach no lake. -#}
{% macro create_raw_views() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% do run_query('create schema if not exists raw') %}
        {% for source in graph.sources.values() %}
            {% for statement in raw_view(source) %}{% do run_query(statement) %}{% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#- The statements that make it. -#}
{% macro raw_view(source) %}
    {{ return(adapter.dispatch('raw_view', 'medfund')(source)) }}
{% endmacro %}

{% macro duckdb__raw_view(source) %}
    {% set pattern = env_var('MEDFUND_LAKE', 'lake') ~ '/' ~ source.source_name ~ '/' ~ source.name ~ '/*/*.parquet' %}
    {% set pattern = pattern | replace("'", "''") %}
    {% set files = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] %}
    {% set added = columns_added(source) %}
    {% set view %}
    create or replace view raw.{{ source.identifier }} as
    select
        {% for column in columns_kept(source) %}
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
    {% endset %}
    {{ return([view]) }}
{% endmacro %}

{#- Written for Spark 3.5 by its documentation and parsed as its SQL, never run on it. Spark's SQL has no union by name: a table with the
    contract's columns over the same files reads as null what a file lacks. The files stay when such a table is dropped. It needs
    a lake whose path is absolute. Wall-clock time stays what was delivered: DuckDB writes timestamps without a zone. -#}
{% macro spark__raw_view(source) %}
    {% set added = columns_added(source) %}
    {% set folder = (env_var('MEDFUND_LAKE', 'lake') ~ '/' ~ source.source_name ~ '/' ~ source.name) | replace("\\", "\\\\") | replace("'", "\\'") %}
    {% set types = {'varchar': 'string', 'timestamp': 'timestamp_ntz'} %}
    {% set files = 'raw.' ~ source.identifier ~ '__files' %}
    {% set table %}
    create table {{ files }} (
        {% for column in columns_kept(source) %}
            `{{ column.name }}` {{ types.get(column.data_type, column.data_type) }},
        {% endfor %}
        {% if added %} `source_file` string, `source_line` bigint, {% endif %}
        `batch_id` string
    ) using parquet partitioned by (`batch_id`) location '{{ folder }}'
    {% endset %}
    {% set view %}
    create or replace view raw.{{ source.identifier }} as
    select
        {% for column in columns_kept(source) %}
            `{{ column.name }}`,
        {% endfor %}
        {% if added %} `source_file`, coalesce(`source_line`, _metadata.row_index + 2) as `source_line`, {% endif %}
        `batch_id`
    from {{ files }}
    {% endset %}
    {{ return(['drop table if exists ' ~ files, table, 'msck repair table ' ~ files, view]) }}
{% endmacro %}

{#- The loader's own tables have its columns and no others. -#}
{% macro columns_added(source) %}
    {{ return([] if source.source_meta.get('written_by') else ['source_file', 'source_line']) }}
{% endmacro %}

{#- The columns of the contract that reach the lake, but for those that the loader adds. -#}
{% macro columns_kept(source) %}
    {% set kept = [] %}
    {% for column in source.columns.values() if column.config.meta.get('pii') != 'drop' %}
        {% if column.name not in columns_added(source) + ['batch_id'] %}{% do kept.append(column) %}{% endif %}
    {% endfor %}
    {{ return(kept) }}
{% endmacro %}
