-- Enrolments that nobody delivers cannot be missed. Those that name no division do so for the county, or the counties of the city,
-- that they pool in.
with told as (

    select distinct
        fund,
        insured_division,
        region
    from {{ ref('fct_enrolment') }}

),

delivered as (

    select
        fund,
        insured_division
    from told
    where insured_division is not null

    union distinct

    select
        told.fund,
        counties.admdvs as insured_division
    from told
    inner join {{ ref('dim_regions') }} as pools
        on told.region = pools.region
    inner join {{ ref('dim_regions') }} as counties
        on pools.admdvs = counties.admdvs
        or (pools.region_level = 'city' and substr(pools.admdvs, 1, 4) = substr(counties.admdvs, 1, 4))
    where told.insured_division is null

),

-- Each of these two is read once: one that both rules share would have to be held, with all claims in it.
treated as (

    select
        settlement_id,
        settlement_month,
        person_token,
        fund,
        insured_division,
        care_begins_on,
        cast(settled_at as date) as settled_on,
        total_cost
    from {{ ref('fct_claims') }}
    where not is_reversal

),

assisted as (

    select
        settlement_id,
        settlement_month,
        person_token,
        cast(extract(year from settled_at) as {{ dbt.type_string() }}) as settled_year,
        assistance_paid
    from {{ ref('fct_claims') }}
    where not is_reversal
        and assistance_paid <> 0
        and assistance_group_code is null

)

select
    treated.settlement_month,
    treated.settlement_id,
    'settled_while_enrolled' as rule,
    treated.total_cost as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from treated
inner join delivered
    on treated.fund = delivered.fund
    and treated.insured_division = delivered.insured_division
left join {{ ref('fct_enrolment') }} as enrolment
    on treated.person_token = enrolment.person_token
    and treated.fund = enrolment.fund
    and treated.settled_on >= enrolment.valid_from
    and treated.care_begins_on <= enrolment.valid_to
where enrolment.person_token is null

union all

select
    assisted.settlement_month,
    assisted.settlement_id,
    'assistance_entitled' as rule,
    assisted.assistance_paid as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from assisted
left join {{ ref('fct_enrolment_subsidies') }} as subsidies
    on assisted.person_token = subsidies.person_token
    and assisted.settled_year = subsidies.subsidy_year
where subsidies.person_token is null
