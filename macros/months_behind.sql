{#- What is made from claims by months. Facts note which run built each of their months (staging.months_built; a fact that is built whole
    has one row, without a month), and their readers which build of each month they have read (staging.months_read). A month that a
    reader has read as it stands is kept. -#}

{#- The readers, and the facts that each of them reads. -#}
{% macro month_readers() %}
    {{ return({
        'bridge_persons': ['fct_claims'],
        'int_operations__claims_of_months': ['fct_claims'],
        'int_claims__found_by_month': ['fct_claims', 'fct_enrolment', 'fct_enrolment_subsidies', 'dim_institution_history'],
    }) }}
{% endmacro %}

{% macro months_built() -%}
    {{ generate_schema_name('staging', none) }}.months_built
{%- endmacro %}

{% macro months_read() -%}
    {{ generate_schema_name('staging', none) }}.months_read
{%- endmacro %}

{% macro prepare_month_notes() %}
    {% do run_query('create schema if not exists staging') %}
    {% set text = ' ' ~ dbt.type_string() %}
    {% set columns = 'fact' ~ text ~ ', built_month date, built_by' ~ text %}
    {% do run_query('create table if not exists ' ~ months_built() ~ ' (' ~ columns ~ ')') %}
    {% do run_query('create table if not exists ' ~ months_read() ~ ' (reader' ~ text ~ ', ' ~ columns ~ ')') %}
{% endmacro %}

{#- After a fact that grows by months, in the same transaction: the months of this run. -#}
{% macro forget_months_built(fact) -%}
    delete from {{ months_built() }}
    where fact = '{{ fact }}'
        and built_month in (select record_month from {{ ref('bridge_rebuilds') }} where fact = '{{ fact }}')
{%- endmacro %}

{% macro note_months_built(fact) -%}
    insert into {{ months_built() }}
    select '{{ fact }}', months.built_month, '{{ invocation_id }}'
    from (
        select record_month as built_month from {{ ref('bridge_rebuilds') }}
        where fact = '{{ fact }}'
        union distinct
        select {{ monthly_facts()[fact]['month'] }} as built_month from {{ this }}
    ) as months
    where months.built_month not in (select built_month from {{ months_built() }} where fact = '{{ fact }}')
{%- endmacro %}

{#- After a fact that is built whole. -#}
{% macro forget_built() -%}
    delete from {{ months_built() }} where fact = '{{ this.name }}'
{%- endmacro %}

{% macro note_built() -%}
    insert into {{ months_built() }} values ('{{ this.name }}', null, '{{ invocation_id }}')
{%- endmacro %}

{#- The months of facts that were built since a reader has read them, none among them where a fact was that is built whole. -#}
{% macro months_built_since(reader, facts) %}
    {% set now %}
        (select fact, built_month, built_by from {{ months_built() }} where fact in ({{ quoted(facts) }}))
    {% endset %}
    {% set before %}
        (select fact, built_month, built_by from {{ months_read() }} where reader = '{{ reader }}')
    {% endset %}
    {{ return(values_of(
        'select distinct built_month from ((' ~ now ~ ' except ' ~ before ~ ') union all (' ~ before ~ ' except ' ~ now ~ ')) as changes'
    )) }}
{% endmacro %}

{#- The months that this reader has to read again; none (all of them) where it reads for the first time, or where a fact that is built
    whole was. -#}
{% macro months_behind() %}
    {% if not (execute and flags.WHICH in ['build', 'run'] and is_incremental()) %}
        {{ return(none) }}
    {% endif %}
    {% set months = months_built_since(this.name, month_readers()[this.name]) %}
    {{ return(none if none in months else months | sort) }}
{% endmacro %}

{#- The months of a fact that were built since its test `unique_record` passed; none (all of them) where it did not pass last time, and
    for `dbt test`. -#}
{% macro months_unproved(fact) %}
    {% set proved = 'select fact from ' ~ months_read() ~ " where reader = '" ~ unique_record_of(fact) ~ "'" %}
    {% if not (execute and flags.WHICH == 'build' and values_of(proved)) %}
        {{ return(none) }}
    {% endif %}
    {{ return(months_built_since(unique_record_of(fact), [fact])) }}
{% endmacro %}

{% macro unique_record_of(fact) -%}
    unique_record_{{ fact }}
{%- endmacro %}

{#- At the end of a run: what its tests have proved of facts that note their months. Behind a test that failed nothing is proved. -#}
{% macro note_unique_records(results) %}
    {% for result in results if result.node.test_metadata and result.node.test_metadata.name == 'unique_record' %}
        {% set fact = graph.nodes[result.node.attached_node].name %}
        {% set reader = unique_record_of(fact) %}
        {% do run_query('delete from ' ~ months_read() ~ " where reader = '" ~ reader ~ "'") %}
        {% if result.status == 'pass' %}
            {% do run_query('insert into ' ~ months_read() ~ " select '" ~ reader ~ "', fact, built_month, built_by from "
                ~ months_built() ~ " where fact = '" ~ fact ~ "'") %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#- Before: what was made of these months goes out. -#}
{% macro clear_months_behind() -%}
    {%- if is_incremental() -%}
    {%- set months = months_behind() -%}
    delete from {{ this }} where {{ '1 = 1' if months is none else one_of('settlement_month', months) }}
    {%- else -%}
    select 1
    {%- endif -%}
{%- endmacro %}

{#- After, in the same transaction. -#}
{% macro forget_months_read() -%}
    delete from {{ months_read() }} where reader = '{{ this.name }}'
{%- endmacro %}

{% macro note_months_read() -%}
    insert into {{ months_read() }}
    select '{{ this.name }}', fact, built_month, built_by
    from {{ months_built() }}
    where fact in ({{ quoted(month_readers()[this.name]) }})
{%- endmacro %}
