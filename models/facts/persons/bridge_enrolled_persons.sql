{{ config(schema='staging') }}
with latest_of_persons as (

    select
        person_token,
        max({{ together({'valid_from': 'valid_from', 'person_type': 'person_type'}) }}) as latest
    from {{ ref('fct_enrolment') }}
    group by person_token

)

select
    person_token,
    latest_of_persons.latest.person_type
from latest_of_persons
