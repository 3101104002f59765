-- Codes that no code map knows, with the money that stands behind them.
{% set codes = {'fund': 'insutype', 'benefit_category': 'med_type', 'region': 'insured_division'} %}
{#- reports name a code as the platform does -#}
{% set names = {'insured_division': 'insu_admdvs'} %}
{% set members = ['region', 'fund', 'benefit_category', 'institution_level', 'care_area', 'person_type', 'sex', 'settlement_way'] %}

-- few are left, and only those are looked at member by member
with claims as (

    select
        settlement_month,
        settlement_id,
        institution_code,
        total_cost,
        {% for code in codes.values() %}
        {{ code }},
        {% endfor %}
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
        when '{{ member }}' then '{{ names.get(code, code) }} ' || coalesce(claims.{{ code }}, '-')
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
    -- a pharmacy has no level
    and not (members.member = 'institution_level' and claims.institution_code like 'P%')
