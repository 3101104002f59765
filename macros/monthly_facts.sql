{#- Facts that grow by months. One run rebuilds the months that its batches touch, and no others; docs/claims.md tells how.
    `at` gives a record its month, `original_id` is the record that it reverses. -#}
{% macro monthly_facts() %}
    {{ return({
        'fct_claims': {
            'models': ['stg_platform__settlements', 'stg_platform__settlements_elsewhere'],
            'id': 'settlement_id', 'original_id': 'reversed_settlement_id', 'at': 'settled_at', 'month': 'settlement_month',
        },
        'fct_claim_lines': {
            'models': ['stg_platform__charge_lines'],
            'id': 'charge_line_id', 'original_id': none, 'at': 'charged_at', 'month': 'charge_month',
        },
        'fct_encounters': {
            'models': ['stg_platform__encounters'],
            'id': 'encounter_id', 'original_id': none, 'at': 'begins_at', 'month': 'encounter_month',
        },
    }) }}
{% endmacro %}

{#- How an engine puts rebuilt months in place of the old ones: DuckDB has deleted them by then (`clear_months`). -#}
{% macro monthly_strategy() -%}
    {{ return(adapter.dispatch('monthly_strategy', 'medfund')()) }}
{%- endmacro %}

{% macro duckdb__monthly_strategy() %}{{ return('append') }}{% endmacro %}

{% macro spark__monthly_strategy() %}{{ return('insert_overwrite') }}{% endmacro %}

{#- How an engine puts rows in place of those of the same key. -#}
{% macro keyed_strategy() -%}
    {{ return(adapter.dispatch('keyed_strategy', 'medfund')()) }}
{%- endmacro %}

{% macro duckdb__keyed_strategy() %}{{ return('delete+insert') }}{% endmacro %}

{% macro spark__keyed_strategy() %}{{ return('merge') }}{% endmacro %}

{#- A folder for each month, where an engine replaces folders. -#}
{% macro monthly_partition(month) -%}
    {{ return(adapter.dispatch('monthly_partition', 'medfund')(month)) }}
{%- endmacro %}

{% macro duckdb__monthly_partition(month) %}{{ return(none) }}{% endmacro %}

{% macro spark__monthly_partition(month) %}{{ return([month]) }}{% endmacro %}

{#- The register of the batches that each monthly fact has taken in, and by which code. -#}
{% macro register() -%}
    {{ generate_schema_name('facts', none) }}.batches_taken_in
{%- endmacro %}

{#- The code that the facts which stand were made by. -#}
{% macro code_of_months() -%}
    {{ generate_schema_name('staging', none) }}.code_of_months
{%- endmacro %}

{#- At the start of a run: the register is there; facts that other code or other code lists made are dropped, to be built anew. A run by
    hand drops only what it is told to build anew, because it may build some facts and not others; it leaves its mark, so that the next
    `medfund run` builds all of them. -#}
{% macro prepare_monthly_facts() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test'] %}
        {% do run_query('create schema if not exists facts') %}
        {% do run_query('create table if not exists ' ~ register()
            ~ ' (fact ' ~ dbt.type_string() ~ ', batch_id ' ~ dbt.type_string() ~ ', code_fingerprint ' ~ dbt.type_string() ~ ')') %}
        {% do prepare_month_notes() %}
        {# facts that have taken in nothing stand too, with the columns of that code #}
        {% do run_query('create table if not exists ' ~ code_of_months() ~ ' (code_fingerprint ' ~ dbt.type_string() ~ ')') %}
        {% set is_other_code = values_of('select code_fingerprint from ' ~ code_of_months()) != [code_fingerprint()] %}
        {% if flags.WHICH != 'test' and (flags.FULL_REFRESH or (is_other_code and not is_by_hand())) %}
            {% do forget_monthly_facts() %}
        {% endif %}
        {% if flags.WHICH != 'test' and is_other_code %}
            {% do run_query('create or replace table ' ~ code_of_months() ~ " as select '" ~ code_fingerprint() ~ "' as code_fingerprint") %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro forget_monthly_facts() %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental'
        and (node.unique_id in selected_resources or not is_by_hand()) %}
        {% set old = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) %}
        {% if old %}{% do adapter.drop_relation(old) %}{% endif %}
        {% do run_query('delete from ' ~ register() ~ " where fact = '" ~ node.name ~ "'") %}
        {% do run_query('delete from ' ~ months_built() ~ " where fact = '" ~ node.name ~ "'") %}
        {% do run_query('delete from ' ~ months_read() ~ " where reader in ('" ~ node.name ~ "', '" ~ unique_record_of(node.name) ~ "')") %}
    {% endfor %}
{% endmacro %}

{% macro is_by_hand() -%}
    {{ return(code_fingerprint() == 'by hand') }}
{%- endmacro %}

{% macro code_fingerprint() -%}
    {{ return(env_var('MEDFUND_CODE_FINGERPRINT', 'by hand')) }}
{%- endmacro %}

{#- The first column of a query's rows. -#}
{% macro values_of(query) %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{% macro quoted(values) -%}
    {%- for value in values %}'{{ value | string | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Facts that stand in the warehouse, so that only some of their months need building. -#}
{% macro facts_that_stand() %}
    {% set standing = [] %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% for fact in monthly_facts() if standing_relation(fact) %}{% do standing.append(fact) %}{% endfor %}
    {% endif %}
    {{ return(standing) }}
{% endmacro %}

{% macro nothing_stands() %}
    {{ return(execute and flags.WHICH in ['build', 'run'] and not facts_that_stand()) }}
{% endmacro %}

{% macro standing_relation(fact) %}
    {{ return(adapter.get_relation(database=this.database, schema=generate_schema_name('facts', none), identifier=fact)) }}
{% endmacro %}

{#- The batches whose records bridge_records lacks, as a condition with literals: files of other batches are not opened. -#}
{% macro batches_to_index() %}
    {% set deliveries = ref('stg_ingest__deliveries') %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% set query = 'select batch_id from ' ~ deliveries ~ ' where is_current' %}
        {% if is_incremental() %}
            {% set query = query ~ ' and batch_id not in (select distinct batch_id from ' ~ this ~ ')' %}
        {% endif %}
        {{ return(one_of('batch_id', values_of(query))) }}
    {% endif %}
    {{ return('batch_id in (select batch_id from ' ~ deliveries ~ ' where is_current)') }}
{% endmacro %}

{#- Batches that a fact has not taken in, and such as it has taken in and that count no more. As literals: engines see from them that the
    records are few. -#}
{% macro changed_batches(fact) %}
    {% set current = 'select batch_id from ' ~ ref('stg_ingest__deliveries') ~ ' where is_current' %}
    {% set taken_in = 'select batch_id from ' ~ register() ~ " where fact = '" ~ fact ~ "'" %}
    {{ return(values_of('(' ~ current ~ ' except ' ~ taken_in ~ ') union all (' ~ taken_in ~ ' except ' ~ current ~ ')')) }}
{% endmacro %}

{% macro one_of(column, values) %}
    {{ return(column ~ ' in (' ~ quoted(values) ~ ')' if values else '1 = 0') }}
{% endmacro %}

{#- Records of a batch that counts no more stay until every fact has taken note: until then they tell which months to rebuild. -#}
{% macro drop_records_of_gone_batches() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where batch_id not in (select batch_id from {{ ref('stg_ingest__deliveries') }} where is_current)
        and batch_id not in (select batch_id from {{ register() }})
    {%- endif -%}
{%- endmacro %}

{#- The level of a claim is its institution's on the day: where the register of institutions changed, the months of its claims. -#}
{% macro months_of_changed_institutions(facts) %}
    {% set periods = ref('bridge_institution_periods') %}
    {% if 'fct_claims' in facts %}
    union all

    select distinct 'fct_claims' as fact, claims.settlement_month as record_month
    from {{ standing_relation('fct_claims') }} as claims
    inner join (
        select institution_code, min(valid_from) as changed_from, max(valid_to) as changed_to
        from (
            ({{ periods_used(periods) }} except {{ periods_used(periods_taken_in()) }})
            union all
            ({{ periods_used(periods_taken_in()) }} except {{ periods_used(periods) }})
        ) as differences
        group by institution_code
    ) as changed
        on claims.institution_code = changed.institution_code
        and claims.settlement_month between {{ month_of('changed.changed_from') }} and changed.changed_to
    {% endif %}
{% endmacro %}

{% macro periods_taken_in() -%}
    {{ generate_schema_name('staging', none) }}.institution_periods_taken_in
{%- endmacro %}

{% macro periods_used(relation) -%}
    select institution_code, institution_division, institution_level, valid_from, valid_to from {{ relation }}
{%- endmacro %}
