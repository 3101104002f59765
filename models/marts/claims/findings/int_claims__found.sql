{{ config(materialized='table') }}
-- A table of its own, so that engines know how few they are: else they hash all claims to join them.
{% for step in ['found_by_month', 'reversals', 'line_codes', 'stays', 'lines'] %}
select
    settlement_id,
    rule,
    amount,
    detail,
    {{ 'charge_month' if step == 'line_codes' else 'cast(null as date) as charge_month' }}
from {{ ref('int_claims__' ~ step) }}
{{ 'union all' if not loop.last }}
{% endfor %}
