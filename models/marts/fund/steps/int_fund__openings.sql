-- The balance with which a ledger begins. A region's is known when it is delivered of every ledger that the region adds up.
with ledgers as (

    {% for code in ['fund_part', 'fund'] %}
    select
        members.region,
        ledger.{{ code }} as stated_fund,
        ledger.fund_part as part,
        ledger.region as member
    from {{ ref('fct_fund_ledger') }} as ledger
    inner join {{ ref('int_fund__members') }} as members
        on ledger.region = members.member
    {{ 'union' if not loop.last }}
    {% endfor %}

),

first_years as (

    select
        region,
        fund_part,
        balance_year,
        balance,
        row_number() over (partition by region, fund_part order by balance_year) as year_rank
    from {{ ref('fct_fund_opening_balances') }}

)

select
    ledgers.region,
    ledgers.stated_fund as fund,
    max(first_years.balance_year) as period,
    cast(sum(first_years.balance) as decimal(18, 2)) as opening_balance
from ledgers
left join first_years
    on ledgers.member = first_years.region
    and ledgers.part = first_years.fund_part
    and first_years.year_rank = 1
group by ledgers.region, ledgers.stated_fund
having count(*) = count(first_years.balance)
    and min(first_years.balance_year) = max(first_years.balance_year)
