-- what the latest settlement says of a person; of one who has none, the latest enrolment
with of_claims as (

    select
        person_token,
        birth_year,
        sex,
        person_type
    from {{ ref('bridge_persons') }}

),

of_enrolment as (

    select
        enrolments.person_token,
        max({{ together({'valid_from': 'enrolments.valid_from', 'person_type': 'enrolments.person_type'}) }}) as latest
    from {{ ref('fct_enrolment') }} as enrolments
    left join of_claims
        on enrolments.person_token = of_claims.person_token
    where of_claims.person_token is null
    group by enrolments.person_token

)

select
    person_token,
    birth_year,
    sex,
    person_type
from of_claims

union all

select
    person_token,
    cast(null as integer) as birth_year,
    'not_given' as sex,
    of_enrolment.latest.person_type
from of_enrolment
