-- The delivered final accounts against the statement that the ledger gives, line by line: counties added up, transfers taken out. A
-- line that the ledger cannot give is a finding too; years before the ledger begins are history.
with ledgers as (

    select
        members.region,
        ledger.fund,
        min(cast(cast(extract(year from ledger.ledger_month) as integer) as {{ dbt.type_string() }})) as first_year
    from {{ ref('fct_fund_ledger') }} as ledger
    inner join {{ ref('int_fund__members') }} as members
        on ledger.region = members.member
    group by members.region, ledger.fund

)

select
    'months_sum_to_year' as rule,
    accounts.region,
    accounts.account_year as period,
    accounts.fund_part as fund,
    accounts.line as place,
    'the final accounts say ' || cast(accounts.amount as {{ dbt.type_string() }}) as expected,
    coalesce('the ledger sums to ' || cast(statement.amount as {{ dbt.type_string() }}), 'the ledger does not tell') as found,
    accounts.source_file,
    accounts.source_line
from {{ ref('fct_fund_accounts') }} as accounts
inner join ledgers
    on accounts.region = ledgers.region
    and accounts.fund = ledgers.fund
    and accounts.account_year >= ledgers.first_year
left join {{ ref('fund_statement') }} as statement
    on accounts.region = statement.region
    and accounts.account_year = statement.period
    and accounts.fund_part = statement.fund
    and accounts.line = statement.line
    and statement.version = 'actual'
where coalesce(statement.amount <> accounts.amount, true)
