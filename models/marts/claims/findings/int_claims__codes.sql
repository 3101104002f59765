-- Codes that no code map knows, with the money that stands behind them.
{% set codes = {'fund': 'insutype', 'benefit_category': 'med_type'} %}
{% set members = ['fund', 'benefit_category', 'institution_level', 'care_area', 'person_type', 'settlement_way'] %}

-- few are left, and only those are looked at member by member
with claims as (

    select
        settlement_month,
        settlement_id,
        total_cost,
        insutype,
        med_type,
        {{ members | join(', ') }}
    from {{ ref('fct_claims') }}
    where 'unmapped' in ({{ members | join(', ') }})

),

members as (

    {% for member in members %}
    select '{{ member }}' as member
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    claims.settlement_month,
    claims.settlement_id,
    'codes_mapped' as rule,
    claims.total_cost as amount,
    case members.member
        {% for member, code in codes.items() %}
        when '{{ member }}' then '{{ code }} ' || coalesce(claims.{{ code }}, '-')
        {% endfor %}
        else members.member
    end as detail
from claims
cross join members
where
    case members.member
        {% for member in members %}
        when '{{ member }}' then claims.{{ member }}
        {% endfor %}
    end = 'unmapped'
