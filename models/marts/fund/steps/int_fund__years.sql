-- Years of which the ledger has every month, line by line. Where a city adds up its divisions, what one of them pays another is no
-- income and no expenditure of the city: of the transfers only what crosses its border is left.
with years as (

    select
        region,
        fund,
        form,
        period,
        max(case when is_consolidated then 1 else 0 end) = 1 as is_consolidated,
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from {{ ref('int_fund__ledger_by_month') }}
    group by region, fund, form, period
    having count(distinct ledger_month) = 12

),

booked as (

    select
        region,
        fund,
        period,
        line,
        sum(amount) as amount
    from {{ ref('int_fund__ledger_by_month') }}
    group by region, fund, period, line

),

lines as (

    select
        years.region,
        years.period,
        years.fund,
        years.is_consolidated,
        years.is_synthetic,
        lines.line,
        lines.line_kind,
        lines.measure,
        coalesce(booked.amount, 0) as amount,
        -- the other end of a transfer inside the city
        coalesce(passed_on.amount, 0) as passed_on
    from years
    inner join {{ ref('fund_statement_lines') }} as lines
        on years.form = lines.form
        and lines.line_kind in ('detail', 'transfer')
    left join booked
        on years.region = booked.region
        and years.fund = booked.fund
        and years.period = booked.period
        and lines.line = booked.line
    left join booked as passed_on
        on years.region = passed_on.region
        and years.fund = passed_on.fund
        and years.period = passed_on.period
        and lines.netted_with = passed_on.line

)

select
    region,
    period,
    fund,
    line,
    line_kind,
    measure,
    is_synthetic,
    cast(case when is_consolidated then amount - passed_on else amount end as decimal(18, 2)) as amount
from lines
