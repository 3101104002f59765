{{ config(schema='staging', materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ drop_records_of_gone_batches() }}") }}
{% set batches = batches_to_index() %}

{% for fact, records in monthly_facts().items() %}
{% for model in records.models %}
select
    '{{ fact }}' as fact,
    batch_id,
    {{ month_of(records['at']) }} as record_month,
    {{ record_key(records['id']) }} as record_key,
    {% if records.original_id -%}
    case when {{ records.original_id }} is not null then {{ record_key(records.original_id) }} end as original_key
    {%- else -%}
    cast(null as bigint) as original_key
    {%- endif %},
    updated_at,
    is_valid,
    {{ loop.index }} as table_no
from {{ ref(model) }}
where {{ batches }}
{{ 'union all' if not loop.last }}
{% endfor %}
{{ 'union all' if not loop.last }}
{% endfor %}
