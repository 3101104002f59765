-- Codes of charge lines that no code map knows, with the money that stands behind them.
{% set codes = {
    'list_type': 'item_kind', 'med_chrgitm_type': 'charge_type', 'chrgitm_lv': 'catalogue_class', 'hi_nego_drug_flag': 'negotiated_drug',
} %}

with lines as (

    select * from {{ ref('fct_claim_lines') }}
    where 'unmapped' in ({{ codes.values() | join(', ') }})

)

{% for code, member in codes.items() %}
select
    settlement_id,
    'codes_mapped' as rule,
    cast(sum(line_cost) as decimal(18, 2)) as amount,
    '{{ code }} ' || {{ code }} as detail,
    -- a line whose claim is not delivered has no month of settlement
    min(charge_month) as charge_month
from lines
where {{ member }} = 'unmapped'
group by settlement_id, {{ code }}, case when settlement_id is null then charge_month end
{{ 'union all' if not loop.last }}
{% endfor %}
