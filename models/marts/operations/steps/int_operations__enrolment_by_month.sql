-- who is insured on the last day of a month, and who has paid for the year by then
with months as (

    select
        region,
        starts_on as month_starts_on
    from {{ ref('dim_report_periods') }}
    where period_kind = 'month'

),

-- Who came and who went, month by month: counted once, whatever the number of months that are asked for. One whose last day is that of
-- a month is still there on it, and gone in the next.
moves as (

    select
        region,
        fund,
        person_type,
        {{ month_of('valid_from') }} as moved_month,
        count(*) as persons
    from {{ ref('fct_enrolment') }}
    group by region, fund, person_type, {{ month_of('valid_from') }}

    union all

    select
        region,
        fund,
        person_type,
        {{ month_of(dbt.dateadd('day', 1, 'valid_to')) }} as moved_month,
        -count(*) as persons
    from {{ ref('fct_enrolment') }}
    where valid_to < {{ last_day() }}
    group by region, fund, person_type, {{ month_of(dbt.dateadd('day', 1, 'valid_to')) }}

),

enrolled as (

    select
        months.region,
        months.month_starts_on,
        moves.fund,
        moves.person_type,
        cast(sum(moves.persons) as bigint) as enrolled
    from months
    inner join {{ ref('bridge_report_regions') }} as reports
        on months.region = reports.report_region
    inner join moves
        on reports.region = moves.region
        and months.month_starts_on >= moves.moved_month
    group by months.region, months.month_starts_on, moves.fund, moves.person_type
    having sum(moves.persons) > 0

),

-- a contribution names the pooling area, which may be a whole city: the region is that of the person's latest enrolment
regions_of_persons as (

    select
        enrolments.person_token,
        max({{ together({'valid_from': 'enrolments.valid_from', 'region': 'enrolments.region'}) }}) as latest
    from {{ ref('fct_enrolment') }} as enrolments
    inner join (
        select distinct person_token from {{ ref('fct_contributions') }}
        where is_collected
    ) as contributors
        on enrolments.person_token = contributors.person_token
    group by enrolments.person_token

),

-- a person counts once a year and fund, from the first month that was collected
payers as (

    select
        persons.latest.region,
        contributions.fund,
        contributions.person_token,
        max(contributions.person_type) as person_type,
        min(contributions.contribution_month) as first_paid_month,
        extract(year from contributions.contribution_month) as paid_year
    from {{ ref('fct_contributions') }} as contributions
    inner join regions_of_persons as persons
        on contributions.person_token = persons.person_token
    where contributions.is_collected
    group by persons.latest.region, contributions.fund, contributions.person_token, extract(year from contributions.contribution_month)

),

first_payments as (

    select
        region,
        fund,
        person_type,
        paid_year,
        first_paid_month,
        count(*) as payers
    from payers
    group by region, fund, person_type, paid_year, first_paid_month

),

paying as (

    select
        months.region,
        months.month_starts_on,
        first_payments.fund,
        first_payments.person_type,
        cast(sum(first_payments.payers) as bigint) as paying
    from months
    inner join {{ ref('bridge_report_regions') }} as reports
        on months.region = reports.report_region
    inner join first_payments
        on reports.region = first_payments.region
        and months.month_starts_on >= first_payments.first_paid_month
        and extract(year from months.month_starts_on) = first_payments.paid_year
    group by months.region, months.month_starts_on, first_payments.fund, first_payments.person_type

)

select
    coalesce(enrolled.region, paying.region) as region,
    coalesce(enrolled.month_starts_on, paying.month_starts_on) as month_starts_on,
    coalesce(enrolled.fund, paying.fund) as fund,
    coalesce(enrolled.person_type, paying.person_type) as person_type,
    coalesce(enrolled.enrolled, 0) as enrolled,
    coalesce(paying.paying, 0) as paying
from enrolled
full outer join paying
    on enrolled.region = paying.region
    and enrolled.month_starts_on = paying.month_starts_on
    and enrolled.fund = paying.fund
    and enrolled.person_type = paying.person_type
