-- who is insured on the last day of a month, and who has paid for the year by then
with months as (

    select
        region,
        starts_on as month_starts_on,
        ends_on
    from {{ ref('dim_report_periods') }}
    where period_kind = 'month'

),

enrolled as (

    select
        months.region,
        months.month_starts_on,
        enrolments.fund,
        enrolments.person_type,
        count(*) as enrolled
    from months
    inner join {{ ref('bridge_report_regions') }} as reports
        on months.region = reports.report_region
    inner join {{ ref('fct_enrolment') }} as enrolments
        on reports.region = enrolments.region
        and months.ends_on between enrolments.valid_from and enrolments.valid_to
    group by months.region, months.month_starts_on, enrolments.fund, enrolments.person_type

),

-- a contribution names the pooling area, which may be a whole city: the region is that of the person's latest enrolment
regions_of_persons as (

    select
        person_token,
        max_by(region, valid_from) as region
    from {{ ref('fct_enrolment') }}
    group by person_token

),

-- a person counts once a year and fund, from the first account month that was collected
payers as (

    select
        persons.region,
        contributions.fund,
        contributions.person_token,
        max(contributions.person_type) as person_type,
        min(contributions.account_month) as first_paid_month,
        substr(contributions.account_month, 1, 4) as paid_year
    from {{ ref('fct_contributions') }} as contributions
    inner join regions_of_persons as persons
        on contributions.person_token = persons.person_token
    where contributions.is_collected
    group by persons.region, contributions.fund, contributions.person_token, substr(contributions.account_month, 1, 4)

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
        and {{ account_month('months.month_starts_on') }} >= first_payments.first_paid_month
        and substr({{ account_month('months.month_starts_on') }}, 1, 4) = first_payments.paid_year
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
