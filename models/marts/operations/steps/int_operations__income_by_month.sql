-- Money received and passed on, item by item: contributions by the month that they are for (费款所属期), the rest as booked.
with contributions as (

    select
        region,
        contribution_month as month_starts_on,
        fund,
        sum(coalesce(person_amount, 0)) as individual,
        -- what the treasury adds is booked in the ledger
        sum(total_amount - coalesce(fiscal_amount, 0)) as total
    from {{ ref('fct_contributions') }}
    where is_collected
    group by region, contribution_month, fund

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
