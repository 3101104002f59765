-- Identities within one settlement. A gap is what is missing, in yuan; 0 where the rule holds or does not apply.
{% set gaps = {
    'fund_parts_sum': 'fund_parts_gap',
    'payers_sum': 'payers_gap',
    'person_is_account_and_cash': 'person_gap',
    'shared_inside_account': 'shared_gap',
    'negative_without_reversal': 'negative_gap',
    'cost_parts_sum': 'cost_gap',
    'policy_covers_deductible': 'deductible_gap',
} %}

with parts as (

    select
        claims.*,
        case when provinces.fund_includes_account then claims.account_paid else 0 end as account_in_fund,
        -- a division of no province is read like most
        case when coalesce(provinces.person_includes_account, true) then claims.account_paid else 0 end as account_in_person,
        coalesce(claims.hospital_borne, 0) as borne,
        coalesce(claims.shared_account_paid, 0) as shared,
        -- under a quota the fund pays what the quota says, and the parts of the cost need not sum
        coalesce(claims.quota_paid, 0) <> 0 or claims.settlement_way in ('single_disease', 'by_bed_day', 'drg') as is_under_quota
    from {{ ref('fct_claims') }} as claims
    left join {{ ref('dim_provinces') }} as provinces
        on substr(claims.insured_division, 1, 2) = provinces.province
        and cast(claims.settled_at as date) between provinces.valid_from and provinces.valid_to

),

judged as (

    select
        settlement_month,
        settlement_id,
        fund_paid - account_in_fund - basic_paid - serious_paid - supplementary_paid - civil_servant_paid - disabled_paid
        - assistance_paid - other_funds_paid as fund_parts_gap,
        -- the account once: with the fund, with the person, or by itself
        total_cost - (fund_paid - account_in_fund) - (person_paid - account_in_person) - account_paid - borne as payers_gap,
        person_paid - account_in_person - cash_paid as person_gap,
        -- a reversal has both negative
        case when shared * account_paid < 0 or abs(shared) > abs(account_paid) then abs(shared - account_paid) else 0 end as shared_gap,
        case when total_cost < 0 and not is_reversal then total_cost else 0 end as negative_gap,
        case
            when is_under_quota then 0
            else total_cost - own_expense - over_limit_expense - first_self_paid - policy_cost
        end as cost_gap,
        case when abs(policy_cost) < abs(deductible) then abs(deductible) - abs(policy_cost) else 0 end as deductible_gap
    from parts

),

-- few are left, and only those are looked at rule by rule
broken as (

    select * from judged
    where
    {% for gap in gaps.values() %}
        abs({{ gap }}) > 0.01{{ ' or' if not loop.last }}
    {% endfor %}

),

by_rule as (

    select
        broken.settlement_month,
        broken.settlement_id,
        rules.rule,
        case rules.rule
            {% for rule, gap in gaps.items() %}
            when '{{ rule }}' then broken.{{ gap }}
            {% endfor %}
        end as gap
    from broken
    cross join {{ ref('claim_rules') }} as rules

)

select
    settlement_month,
    settlement_id,
    rule,
    cast(gap as decimal(18, 2)) as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from by_rule
where abs(gap) > 0.01
