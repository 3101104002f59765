-- the days of a stay that is settled to its end: what its claims say, reversals summed, and what its encounter says
with settled as (

    select
        encounter_id,
        max(settlement_id) as settlement_id,
        sum(bed_days) as bed_days,
        cast(sum(total_cost) as decimal(18, 2)) as total_cost
    from {{ ref('fct_claims') }}
    where is_inpatient
    group by encounter_id
    having sum(visits) = 1

)

select
    settled.settlement_id,
    'encounter_days_agree' as rule,
    settled.total_cost as amount,
    cast(settled.bed_days as {{ dbt.type_string() }}) || ' / ' || cast(encounters.inpatient_days as {{ dbt.type_string() }}) as detail
from settled
inner join {{ ref('fct_encounters') }} as encounters
    on settled.encounter_id = encounters.encounter_id
where encounters.inpatient_days <> settled.bed_days
