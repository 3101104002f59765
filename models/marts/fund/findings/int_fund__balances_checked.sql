-- a balance that is delivered for the beginning of a year, and what the year before left
with openings as (

    select
        region,
        balance_year as period,
        fund_part as fund,
        balance as amount,
        source_file,
        source_line
    from {{ ref('fct_fund_opening_balances') }}

    union all

    select
        region,
        account_year as period,
        fund_part as fund,
        amount,
        source_file,
        source_line
    from {{ ref('fct_fund_accounts') }}
    where line = 'opening_balance'

),

closings as (

    select
        region,
        period,
        fund,
        'the ledger leaves ' as said,
        closing_balance as amount
    from {{ ref('int_fund__balances') }}

    union all

    select
        region,
        account_year as period,
        fund_part as fund,
        'the final accounts say ' as said,
        amount
    from {{ ref('fct_fund_accounts') }}
    where line = 'closing_balance'

)

select
    'closing_is_next_opening' as rule,
    openings.region,
    openings.period,
    openings.fund,
    'opening_balance' as place,
    closings.said || cast(closings.amount as {{ dbt.type_string() }}) || ' at the end of ' || closings.period as expected,
    'it begins with ' || cast(openings.amount as {{ dbt.type_string() }}) as found,
    openings.source_file,
    openings.source_line
from openings
inner join {{ ref('dim_periods') }} as periods
    on openings.period = periods.period
inner join closings
    on openings.region = closings.region
    and openings.fund = closings.fund
    and periods.previous_year = closings.period
where openings.amount <> closings.amount
