{{ config(schema='staging', materialized='incremental', incremental_strategy=keyed_strategy(), unique_key='person_token',
    on_schema_change='fail',
    post_hook=["{{ forget_persons_without_claims() }}", "{{ forget_months_read() }}", "{{ note_months_read() }}"]) }}
{% set months = months_behind() %}

{% set is_of_months = one_of('claims.settlement_month', months) if months is not none else '1 = 1' %}

-- to compare moments costs a third of comparing all that is said at them
with last_of_months as (

    select
        claims.person_token,
        max(claims.settled_at) as settled_at,
        max(case when claims.birth_year is not null then claims.settled_at end) as birth_year_said_at
    from {{ ref('fct_claims') }} as claims
    where {{ is_of_months }}
    group by claims.person_token

),

of_months as (

    select
        claims.person_token,
        max({{ said_of_person('claims') }}) as said,
        max({{ said_of_birth('claims') }}) as birth
    from {{ ref('fct_claims') }} as claims
    inner join last_of_months
        on claims.person_token = last_of_months.person_token
        and claims.settled_at in (last_of_months.settled_at, last_of_months.birth_year_said_at)
    where {{ is_of_months }}
    group by claims.person_token

),

{% if months is not none %}
standing as (

    select
        persons.person_token,
        {{ said_of_person('persons') }} as said,
        {{ said_of_birth('persons', 'birth_year_said_at') }} as birth
    from {{ this }} as persons

),

compared as (

    select
        of_months.person_token,
        {{ later_of('standing.said', 'of_months.said') }} as said,
        {{ later_of('standing.birth', 'of_months.birth') }} as birth,
        {{ is_said_no_more('standing.said', 'of_months.said', months) }}
        or {{ is_said_no_more('standing.birth', 'of_months.birth', months) }} as is_to_ask
    from of_months
    left join standing
        on of_months.person_token = standing.person_token

),

to_ask as (

    select person_token from compared
    where is_to_ask

    union all

    -- who has no claim in these months any more
    select standing.person_token
    from standing
    left join of_months
        on standing.person_token = of_months.person_token
    where of_months.person_token is null
        and ({{ is_said_in('standing.said', months) }} or {{ is_said_in('standing.birth', months) }})

),

latest as (

    select
        person_token,
        said,
        birth
    from compared
    where not is_to_ask

    union all

    select
        to_ask.person_token,
        max({{ said_of_person('claims') }}) as said,
        max({{ said_of_birth('claims') }}) as birth
    from to_ask
    -- one who has no claim any more gives a row that says nothing, in the place of the one that stands
    left join {{ ref('fct_claims') }} as claims
        on to_ask.person_token = claims.person_token
    group by to_ask.person_token

)
{% else %}
latest as (

    select
        person_token,
        said,
        birth
    from of_months

)
{% endif %}

select
    person_token,
    latest.said.said_at as settled_at,
    latest.said.sex,
    latest.said.person_type,
    latest.birth.said_at as birth_year_said_at,
    latest.birth.birth_year
from latest
