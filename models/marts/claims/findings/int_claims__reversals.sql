{% set amounts = settlement_amounts().values() | reject('in', ['serious_illness_paid', 'large_amount_paid']) | list + ['serious_paid'] %}
-- counts too: the reversal of a mid-stay settlement that is not marked as one takes away a visit that never counted
{% set quantities = amounts + ['visits', 'bed_days'] %}

with reversals as (

    select * from {{ ref('fct_claims') }}
    where is_reversal

),

pairs as (

    select
        reversals.settlement_id,
        reversals.reversed_settlement_id,
        reversals.total_cost,
        originals.settlement_id as original_id,
        originals.total_cost as original_cost,
        originals.person_token = reversals.person_token and originals.institution_code = reversals.institution_code as is_same_visit,
        {% for quantity in quantities %}
        abs(coalesce(originals.{{ quantity }}, 0) + coalesce(reversals.{{ quantity }}, 0)){{ ' +' if not loop.last }}
        {% endfor %}
            as difference
    from reversals
    left join {{ ref('fct_claims') }} as originals
        on reversals.reversed_settlement_id = originals.settlement_id

)

select
    settlement_id,
    'reversal_has_original' as rule,
    total_cost as amount,
    reversed_settlement_id as detail
from pairs
where original_id is null

union all

select
    settlement_id,
    'reversal_mirrors_original' as rule,
    cast(total_cost + original_cost as decimal(18, 2)) as amount,
    reversed_settlement_id as detail
from pairs
where original_id is not null
    and (difference <> 0 or not is_same_visit)

union all

select
    reversed_settlement_id as settlement_id,
    'reversed_once' as rule,
    cast(sum(total_cost) as decimal(18, 2)) as amount,
    min(settlement_id) || ', ' || max(settlement_id) as detail
from pairs
where original_id is not null
group by reversed_settlement_id
having count(*) > 1
