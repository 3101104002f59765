-- Codes that no code map knows, with the money that stands behind them. Of claims and of their charge lines.
{% set of_claims = {'insutype': 'fund', 'med_type': 'benefit_category'} %}
{% set of_lines = {'chrgitm_lv': 'catalogue_class', 'hi_nego_drug_flag': 'negotiated_drug'} %}

with claims as (

    select * from {{ ref('fct_claims') }}
    where 'unmapped' in (fund, benefit_category, institution_level, care_area, person_type, settlement_way)

),

lines as (

    select * from {{ ref('fct_claim_lines') }}
    where 'unmapped' in (catalogue_class, negotiated_drug)

)

{% for code, member in of_claims.items() %}
select
    settlement_id,
    'codes_mapped' as rule,
    total_cost as amount,
    '{{ code }} ' || coalesce({{ code }}, '-') as detail
from claims
where {{ member }} = 'unmapped'

union all

{% endfor %}
{% for member in ['institution_level', 'care_area', 'person_type', 'settlement_way'] %}
select
    settlement_id,
    'codes_mapped' as rule,
    total_cost as amount,
    '{{ member }}' as detail
from claims
where {{ member }} = 'unmapped'

union all

{% endfor %}
{% for code, member in of_lines.items() %}
select
    settlement_id,
    'codes_mapped' as rule,
    cast(sum(line_cost) as decimal(18, 2)) as amount,
    '{{ code }} ' || {{ code }} as detail
from lines
where {{ member }} = 'unmapped'
group by settlement_id, {{ code }}
{{ 'union all' if not loop.last }}
{% endfor %}
