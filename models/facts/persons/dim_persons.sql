-- what the latest settlement says of a person; of one who has none, the latest enrolment
with of_claims as (

    select
        person_token,
        max_by(birth_year, settled_at) as birth_year,
        max_by(sex, settled_at) as sex,
        max_by(person_type, settled_at) as person_type
    from {{ ref('fct_claims') }}
    group by person_token

),

of_enrolment as (

    select
        person_token,
        max_by(person_type, valid_from) as person_type
    from {{ ref('fct_enrolment') }}
    group by person_token

)

select
    coalesce(of_claims.person_token, of_enrolment.person_token) as person_token,
    of_claims.birth_year,
    coalesce(of_claims.sex, 'not_given') as sex,
    coalesce(of_claims.person_type, of_enrolment.person_type) as person_type
from of_claims
full outer join of_enrolment
    on of_claims.person_token = of_enrolment.person_token
