{{ config(materialized='view') }}
-- What the latest settlement says of a person; of one who has none, the latest enrolment. A view: a month of claims changes few persons.
select
    person_token,
    birth_year,
    sex,
    person_type
from {{ ref('bridge_persons') }}

union all

select
    enrolled.person_token,
    cast(null as integer) as birth_year,
    'not_given' as sex,
    enrolled.person_type
from {{ ref('bridge_enrolled_persons') }} as enrolled
left join {{ ref('bridge_persons') }} as treated
    on enrolled.person_token = treated.person_token
where treated.person_token is null
