-- the days of a stay that is settled to its end: what its claims say, reversals summed, and what its encounter says
with settled as (

    -- claims of encounters that nobody delivered are not summed
    select
        claims.encounter_id,
        max(claims.settlement_id) as settlement_id,
        sum(claims.bed_days) as bed_days,
        cast(sum(claims.total_cost) as decimal(18, 2)) as total_cost,
        max(encounters.inpatient_days) as inpatient_days
    from {{ ref('fct_claims') }} as claims
    inner join {{ ref('fct_encounters') }} as encounters
        on claims.encounter_id = encounters.encounter_id
    where claims.is_inpatient
    group by claims.encounter_id
    having sum(claims.visits) = 1

)

select
    settlement_id,
    'encounter_days_agree' as rule,
    total_cost as amount,
    cast(bed_days as {{ dbt.type_string() }}) || ' / ' || cast(inpatient_days as {{ dbt.type_string() }}) as detail
from settled
where inpatient_days <> bed_days
