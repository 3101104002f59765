-- who is insured on the last day of a month, and who has paid for the year by then
with months as (

    select
        region,
        starts_on as month_starts_on
    from {{ ref('dim_report_periods') }}
    where period_kind = 'month'

),

-- A person may be in several relations of one fund (basic insurance, large amounts, civil servants): enrolled is he once. Relations that
-- overlap or follow day by day are one spell; where they differ in the person's type, he counts in each.
in_several as (

    select
        person_token,
        fund
    from {{ ref('fct_enrolment') }}
    group by person_token, fund
    having count(*) > 1

),

covered as (

    select
        enrolments.person_token,
        enrolments.fund,
        enrolments.region,
        enrolments.person_type,
        enrolments.valid_from,
        enrolments.valid_to,
        max(enrolments.valid_to) over (
            partition by enrolments.person_token, enrolments.fund, enrolments.region, enrolments.person_type
            order by enrolments.valid_from, enrolments.valid_to desc
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from {{ ref('fct_enrolment') }} as enrolments
    inner join in_several
        on enrolments.person_token = in_several.person_token
        and enrolments.fund = in_several.fund

),

numbered as (

    select
        *,
        sum(case when covered_until >= {{ dbt.dateadd('day', -1, 'valid_from') }} then 0 else 1 end) over (
            partition by person_token, fund, region, person_type
            order by valid_from, valid_to desc
            rows between unbounded preceding and current row
        ) as spell_no
    from covered

),

spells as (

    select
        fund,
        region,
        person_type,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by person_token, fund, region, person_type, spell_no

    union all

    select
        enrolments.fund,
        enrolments.region,
        enrolments.person_type,
        enrolments.valid_from,
        enrolments.valid_to
    from {{ ref('fct_enrolment') }} as enrolments
    left join in_several
        on enrolments.person_token = in_several.person_token
        and enrolments.fund = in_several.fund
    where in_several.person_token is null

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
    from spells
    group by region, fund, person_type, {{ month_of('valid_from') }}

    union all

    select
        region,
        fund,
        person_type,
        {{ month_of(dbt.dateadd('day', 1, 'valid_to')) }} as moved_month,
        -count(*) as persons
    from spells
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

-- what is paid in November for the next year counts in the next year, from its first month on
paid as (

    select
        fund,
        person_token,
        person_type,
        region,
        contribution_month,
        coalesce({{ first_of_account_month_or_null('covers_from_month') }}, contribution_month) as covers_from
    from {{ ref('fct_contributions') }}
    where is_collected

),

-- a person counts once a year and fund, from the first month that was collected, and where that was
payers as (

    select
        fund,
        person_token,
        max(person_type) as person_type,
        min({{ together({'paid_month': 'greatest(contribution_month, covers_from)', 'region': 'region'}) }}) as first_paid,
        extract(year from covers_from) as paid_year
    from paid
    group by fund, person_token, extract(year from covers_from)

),

first_payments as (

    select
        payers.first_paid.region,
        fund,
        person_type,
        paid_year,
        payers.first_paid.paid_month as first_paid_month,
        count(*) as payers
    from payers
    group by payers.first_paid.region, fund, person_type, paid_year, payers.first_paid.paid_month

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
