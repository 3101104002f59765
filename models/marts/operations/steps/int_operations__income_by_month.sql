-- Money received and passed on, item by item: contributions by the month that they are for (费款所属期), the rest as booked.
-- Where a person's latest enrolments begin on one day, the region is the same in every build.
with regions_of_persons as (

    select
        person_token,
        max({{ together({'valid_from': 'valid_from', 'region': 'region'}) }}) as latest
    from {{ ref('fct_enrolment') }}
    group by person_token

),

contributions as (

    select
        coalesce(persons.latest.region, 'unmapped') as region,
        contributions.contribution_month as month_starts_on,
        contributions.fund,
        sum(coalesce(contributions.person_amount, 0)) as individual,
        -- what the treasury adds is booked in the ledger
        sum(contributions.total_amount - coalesce(contributions.fiscal_amount, 0)) as total
    from {{ ref('fct_contributions') }} as contributions
    left join regions_of_persons as persons
        on contributions.person_token = persons.person_token
    where contributions.is_collected
    group by coalesce(persons.latest.region, 'unmapped'), contributions.contribution_month, contributions.fund

),

entries as (

    select
        region,
        month_starts_on,
        fund,
        'contributions' as item,
        total as amount
    from contributions

    union all

    select
        region,
        month_starts_on,
        fund,
        'contributions_individual' as item,
        individual as amount
    from contributions

    union all

    select
        region,
        ledger_month as month_starts_on,
        fund,
        item,
        amount
    from {{ ref('fct_fund_ledger') }}
    -- a ledger may book these too; here they come from what each person paid, and from claims
    where item not in ('contributions', 'benefits')

    union all

    -- 市县财政配套 is a part of the subsidy
    select
        region,
        ledger_month as month_starts_on,
        fund,
        'fiscal_subsidy' as item,
        amount
    from {{ ref('fct_fund_ledger') }}
    where item = 'fiscal_subsidy_local'

)

select
    reports.report_region as region,
    entries.month_starts_on,
    entries.fund,
    entries.item,
    cast(sum(entries.amount) as decimal(18, 2)) as amount
from entries
inner join {{ ref('bridge_report_regions') }} as reports
    on entries.region = reports.region
group by reports.report_region, entries.month_starts_on, entries.fund, entries.item
