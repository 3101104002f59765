-- every month from a ledger's first to its last, and every month of a year whose accounts are closed; not of years before the ledger
with ledgers as (

    select
        ledger.region,
        ledger.fund,
        ledger.insured_division,
        min(ledger.ledger_month) as first_month,
        max(ledger.ledger_month) as last_month
    from {{ ref('fct_fund_ledger') }} as ledger
    group by ledger.region, ledger.fund, ledger.insured_division

),

closed as (

    select distinct
        members.member as region,
        accounts.fund,
        accounts.account_year
    from {{ ref('fct_fund_accounts') }} as accounts
    inner join {{ ref('int_fund__members') }} as members
        on accounts.region = members.region

),

expected as (

    select distinct
        ledgers.region,
        ledgers.fund,
        ledgers.insured_division,
        dates.month_starts_on as ledger_month,
        cast(dates.year_number as {{ dbt.type_string() }}) as period
    from ledgers
    inner join {{ ref('dim_dates') }} as dates
        on dates.date_day is not null
    left join closed
        on ledgers.region = closed.region
        and ledgers.fund = closed.fund
        and cast(dates.year_number as {{ dbt.type_string() }}) = closed.account_year
    where dates.date_day between ledgers.first_month and ledgers.last_month
        or (closed.region is not null and dates.year_number >= cast(extract(year from ledgers.first_month) as integer))

)

select
    'ledger_months_complete' as rule,
    expected.region,
    expected.period,
    expected.fund,
    cast(expected.ledger_month as {{ dbt.type_string() }}) as place,
    'entries of ' || expected.insured_division as expected,
    'none' as found,
    cast(null as {{ dbt.type_string() }}) as source_file,
    cast(null as bigint) as source_line
from expected
left join {{ ref('fct_fund_ledger') }} as ledger
    on expected.insured_division = ledger.insured_division
    and expected.fund = ledger.fund
    and expected.ledger_month = ledger.ledger_month
where ledger.ledger_month is null
