-- 月均支出: the mean of the last months of the year, as many as the region's window says; of pooled money alone
with months as (

    select
        booked.region,
        booked.fund,
        booked.ledger_month,
        sum(case when lines.measure = 'expenditure' then booked.amount else 0 end) as expenditure
    from {{ ref('int_fund__ledger_by_month') }} as booked
    inner join {{ ref('fund_statement_lines') }} as lines
        on booked.form = lines.form
        and booked.line = lines.line
    where booked.is_pooled
        -- what one division of a city pays another is no expenditure of the city
        and (lines.line_kind = 'detail' or not booked.is_consolidated)
    group by booked.region, booked.fund, booked.ledger_month

),

years as (

    select distinct
        region,
        fund,
        period
    from {{ ref('int_fund__years') }}

),

windows as (

    select
        years.region,
        years.fund,
        periods.period,
        parameters.payable_months_window,
        cast({{ dbt.dateadd('month', '1 - parameters.payable_months_window', dbt.date_trunc('month', 'periods.ends_on')) }} as date)
            as window_starts_on,
        periods.ends_on
    from years
    inner join {{ ref('dim_periods') }} as periods
        on years.period = periods.period
    inner join {{ ref('dim_report_parameters') }} as parameters
        on years.region = parameters.region
        and years.fund = parameters.fund

)

select
    windows.region,
    windows.fund,
    windows.period,
    {{ divide('sum(months.expenditure)', 'max(windows.payable_months_window)') }} as mean_monthly_expenditure
from windows
inner join months
    on windows.region = months.region
    and windows.fund = months.fund
    and months.ledger_month between windows.window_starts_on and windows.ends_on
group by windows.region, windows.fund, windows.period
having count(*) = max(windows.payable_months_window)
