{{ config(schema='staging') }}
-- depends_on: {{ ref('bridge_rebuilds') }}
-- Of a fact that stands only what the months to rebuild hold is looked for. A join of many with few, in which engines skip what cannot
-- match; counting all keys takes ten times as long.
{% set standing = facts_that_stand() %}

with current_batches as (

    select batch_id from {{ ref('stg_ingest__deliveries') }}
    where is_current

)

{% for fact in monthly_facts() %}
select
    '{{ fact }}' as fact,
    records.record_key
from {{ ref('bridge_records') }} as records
inner join current_batches
    on records.batch_id = current_batches.batch_id
{% if fact in standing %}
inner join (
    select distinct record_key from {{ ref('bridge_records') }}
    where fact = '{{ fact }}'
        and {{ one_of('record_month', months_to_rebuild(fact)) }}
) as touched
    on records.record_key = touched.record_key
{% endif %}
where records.fact = '{{ fact }}'
group by records.record_key
having count(*) > 1
{{ 'union all' if not loop.last }}
{% endfor %}
