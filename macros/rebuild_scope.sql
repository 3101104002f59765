{#- What a run of a monthly fact reads: the months to rebuild (none: all of them, a full refresh), the batches that hold their records,
    and the batches that hold other versions of them. As literals, so that files and row groups of other batches are not read. -#}
{% macro rebuild_scope(fact) %}
    {% set rebuilds, records, deliveries = ref('bridge_rebuilds'), ref('bridge_records'), ref('stg_ingest__deliveries') %}
    {% if not (execute and flags.WHICH in ['build', 'run']) %}
        {{ return({'months': none, 'batches': none, 'batches_of_versions': none}) }}
    {% endif %}
    {% set current = ' from ' ~ deliveries ~ ' where is_current' %}
    {% set of_fact = "select distinct batch_id from " ~ records ~ " where fact = '" ~ fact
        ~ "' and batch_id in (select batch_id" ~ current ~ ")" %}
    {% if not is_incremental() %}
        {% set batches = values_of(of_fact) %}
        {{ return({'months': none, 'batches': batches, 'batches_of_versions': batches}) }}
    {% endif %}
    {% set months = months_to_rebuild(fact) %}
    {{ return({
        'months': months,
        'batches': values_of(of_fact ~ " and " ~ one_of('record_month', months)) if months else [],
        'batches_of_versions': values_of(of_fact ~ " and record_key in (" ~ repeated_keys(fact) ~ ")") if months else [],
    }) }}
{% endmacro %}

{#- Batches as literals; while a model is only compiled, as a query. -#}
{% macro of_batches(alias, batches) -%}
    {%- if batches is none -%}
    {{ alias }}.batch_id in (select batch_id from {{ ref('stg_ingest__deliveries') }} where is_current)
    {%- else -%}
    {{ one_of(alias ~ '.batch_id', batches) }}
    {%- endif -%}
{%- endmacro %}

{#- Keys that more than one record has; of a fact that stands, those of records in the months to rebuild. -#}
{% macro repeated_keys(fact) -%}
    select record_key from {{ ref('bridge_repeats') }} where fact = '{{ fact }}'
{%- endmacro %}

{% macro months_to_rebuild(fact) %}
    {{ return(values_of("select record_month from " ~ ref('bridge_rebuilds') ~ " where fact = '" ~ fact ~ "' order by record_month")) }}
{% endmacro %}

{#- The records that count, of the months in scope: latest version, valid. `superseded` must stand before it, see superseded_versions.
    Written out wherever it is needed: a common table of all columns and rows would have to be held. -#}
{% macro latest_records(fact, scope, columns) -%}
    {%- set parts = monthly_facts()[fact] -%}
    {%- for model in parts.models %}
    select
        {% for column in columns %}
        records.{{ column }},
        {% endfor %}
        {{ loop.index }} as table_no
    from {{ ref(model) }} as records
    left join superseded
        on records.{{ parts.id }} = superseded.{{ parts.id }}
        and records.batch_id = superseded.batch_id
        and superseded.table_no = {{ loop.index }}
    where records.is_valid
        and superseded.batch_id is null
        and {{ of_batches('records', scope.batches) }}
        {{ in_scope(parts, scope.months) }}
    {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro in_scope(parts, months) -%}
    {%- if months is not none -%}
    and {{ one_of(month_of('records.' ~ parts['at']), months) }}
        {%- if months %}
        and records.{{ parts['at'] }} >= cast('{{ months | first }}' as timestamp)
        and records.{{ parts['at'] }} < cast({{ dbt.dateadd('month', 1, "cast('" ~ (months | last) ~ "' as date)") }} as timestamp)
        {%- endif %}
    {%- endif -%}
{%- endmacro %}

{#- Versions of records that another version replaces. Only records that occur more than once are read and ranked. Of two tables of one
    batch the first counts; in one table of a batch a record stands once. -#}
{% macro superseded_versions(fact, scope) -%}
    {%- set parts = monthly_facts()[fact] -%}
    select {{ parts.id }}, batch_id, table_no
    from (
        select
            {{ parts.id }}, batch_id, table_no,
            row_number() over (
                partition by {{ parts.id }} order by {{ latest_batch_first() }}, table_no, source_file desc, source_line desc
            ) as recency
        from (
            {% for model in parts.models %}
            select
                records.{{ parts.id }}, records.batch_id, records.updated_at, deliveries.loaded_at, records.source_file,
                records.source_line, {{ loop.index }} as table_no
            from {{ ref(model) }} as records
            inner join {{ ref('stg_ingest__deliveries') }} as deliveries on records.batch_id = deliveries.batch_id
            where {{ record_key('records.' ~ parts.id) }} in ({{ repeated_keys(fact) }})
                and {{ of_batches('records', scope.batches_of_versions) }}
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as versions
    ) as ranked
    where recency > 1
{%- endmacro %}

{#- The months of the originals that reversals of these months point to, by the index: few rows. Of versions of an original the latest
    counts, as in the fact itself. -#}
{% macro original_months(fact, scope) -%}
    select original_key, original_month
    from (
        select
            record_key as original_key,
            record_month as original_month,
            is_valid,
            row_number() over (
                partition by record_key order by {{ latest_batch_first('records.batch_id') }}, table_no, record_month desc
            ) as recency
        from (
            select * from {{ ref('bridge_records') }}
            where fact = '{{ fact }}'
                and record_key in (
                    select original_key from {{ ref('bridge_records') }}
                    where original_key is not null
                        and fact = '{{ fact }}'
                        {% if scope.months is not none %}and {{ one_of('record_month', scope.months) }}{% endif %}
                )
        ) as records
        inner join {{ ref('stg_ingest__deliveries') }} as deliveries
            on records.batch_id = deliveries.batch_id
            and deliveries.is_current
    ) as versions
    where recency = 1 and is_valid
{%- endmacro %}

{#- Before: the months to rebuild go out, also such as have nothing in them any more. -#}
{% macro clear_months(fact) -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where {{ monthly_facts()[fact]['month'] }} in (select record_month from {{ ref('bridge_rebuilds') }} where fact = '{{ fact }}')
    {%- else -%}
    delete from {{ months_built() }} where fact = '{{ fact }}'
    {%- endif -%}
{%- endmacro %}

{#- After, in the same transaction: the batches that count now, in place of those that counted; what of them it needed, the fact holds. -#}
{% macro forget_batches(fact) -%}
    delete from {{ register() }} where fact = '{{ fact }}'
{%- endmacro %}

{% macro note_batches(fact) -%}
    insert into {{ register() }}
    select '{{ fact }}', batch_id, '{{ code_fingerprint() }}'
    from {{ ref('stg_ingest__deliveries') }}
    where is_current
{%- endmacro %}

{% macro note_institution_periods() -%}
    create or replace table {{ periods_taken_in() }} as {{ periods_used(ref('bridge_institution_periods')) }}
{%- endmacro %}
