with claims as (

    select
        settlement_id,
        settlement_month,
        person_token,
        fund,
        insured_division,
        care_begins_on,
        cast(settled_at as date) as settled_on,
        cast(extract(year from settled_at) as {{ dbt.type_string() }}) as settled_year,
        assistance_group_code,
        total_cost,
        assistance_paid
    from {{ ref('fct_claims') }}
    where not is_reversal

),

-- enrolments that nobody delivers cannot be missed
delivered as (

    select distinct
        fund,
        insured_division
    from {{ ref('fct_enrolment') }}

)

select
    claims.settlement_month,
    claims.settlement_id,
    'settled_while_enrolled' as rule,
    claims.total_cost as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from claims
inner join delivered
    on claims.fund = delivered.fund
    and claims.insured_division = delivered.insured_division
left join {{ ref('fct_enrolment') }} as enrolment
    on claims.person_token = enrolment.person_token
    and claims.fund = enrolment.fund
    and claims.settled_on >= enrolment.valid_from
    and claims.care_begins_on <= enrolment.valid_to
where enrolment.person_token is null

union all

select
    claims.settlement_month,
    claims.settlement_id,
    'assistance_entitled' as rule,
    claims.assistance_paid as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from claims
left join {{ ref('fct_enrolment_subsidies') }} as subsidies
    on claims.person_token = subsidies.person_token
    and claims.settled_year = subsidies.subsidy_year
where claims.assistance_paid <> 0
    and claims.assistance_group_code is null
    and subsidies.person_token is null
