{{ config(materialized='incremental', incremental_strategy=monthly_strategy(), unique_key='settlement_month',
    partition_by=monthly_partition('settlement_month'), on_schema_change='fail', pre_hook="{{ clear_months_behind() }}",
    post_hook=["{{ forget_months_read() }}", "{{ note_months_read() }}"]) }}
-- Rules that each claim is held against by itself: only months are judged in which something has changed.
{% set months = months_behind() %}

{% for step in ['sums', 'institutions', 'codes', 'persons'] %}
select
    settlement_month,
    settlement_id,
    rule,
    amount,
    detail
from {{ ref('int_claims__' ~ step) }}
{{ 'where ' ~ one_of('settlement_month', months) if months is not none }}
{{ 'union all' if not loop.last }}
{% endfor %}
