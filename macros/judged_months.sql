{#- What the claims of each month were judged by, as counts: the claims by batch, and the registers of persons by batch. Which record
    of a batch counts follows from the batches that count, so what has the same counts is the same. -#}
{% macro judged_by() -%}
    select settlement_month, 'claims' as register, batch_id, count(*) as row_count
    from {{ ref('fct_claims') }}
    group by settlement_month, batch_id
    {% for register in ['fct_enrolment', 'fct_enrolment_subsidies'] %}
    union all
    select cast(null as date) as settlement_month, '{{ register }}' as register, batch_id, count(*) as row_count
    from {{ ref(register) }}
    group by batch_id
    {% endfor %}
{%- endmacro %}

{% macro judgements() -%}
    {{ generate_schema_name('staging', none) }}.claims_judged_by
{%- endmacro %}

{#- The months whose claims have changed since they were judged; none (all of them) where a register has, or nothing was judged yet. -#}
{% macro months_to_judge() %}
    {% if not (execute and flags.WHICH in ['build', 'run'] and is_incremental()) %}
        {{ return(none) }}
    {% endif %}
    {# in brackets: except binds no stronger than union #}
    {% set now, before = '(' ~ judged_by() ~ ')', 'select settlement_month, register, batch_id, row_count from ' ~ judgements() %}
    {% set months = values_of(
        'select distinct settlement_month from ((' ~ now ~ ' except ' ~ before ~ ') union all (' ~ before ~ ' except ' ~ now ~ ')) as changes'
    ) %}
    {{ return(none if none in months else months) }}
{% endmacro %}

{#- Before: what was found in these months goes out. -#}
{% macro clear_judged_months() -%}
    {%- if is_incremental() -%}
    {%- set months = months_to_judge() -%}
    delete from {{ this }} where {{ '1 = 1' if months is none else one_of('settlement_month', months) }}
    {%- else -%}
    select 1
    {%- endif -%}
{%- endmacro %}

{#- After, in the same transaction. -#}
{% macro note_judged_months() -%}
    create or replace table {{ judgements() }} as {{ judged_by() }}
{%- endmacro %}
