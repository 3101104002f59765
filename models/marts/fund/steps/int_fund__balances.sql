-- what flowed in a year, and the balances that roll from the first year on (滚存)
with flows as (

    select
        region,
        period,
        fund,
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic,
        sum(case when measure = 'income' then amount else 0 end) as income,
        sum(case when measure = 'expenditure' then amount else 0 end) as expenditure
    from {{ ref('int_fund__years') }}
    group by region, period, fund

),

rolled as (

    select
        flows.region,
        flows.period,
        flows.fund,
        flows.is_synthetic,
        flows.income,
        flows.expenditure,
        openings.opening_balance as first_balance,
        sum(case when openings.period <= flows.period then flows.income - flows.expenditure end) over (
            partition by flows.region, flows.fund order by flows.period rows between unbounded preceding and current row
        ) as surplus_to_date
    from flows
    left join {{ ref('int_fund__openings') }} as openings
        on flows.region = openings.region
        and flows.fund = openings.fund

)

select
    region,
    period,
    fund,
    is_synthetic,
    cast(income as decimal(18, 2)) as income,
    cast(expenditure as decimal(18, 2)) as expenditure,
    cast(income - expenditure as decimal(18, 2)) as surplus,
    cast(first_balance + surplus_to_date - income + expenditure as decimal(18, 2)) as opening_balance,
    cast(first_balance + surplus_to_date as decimal(18, 2)) as closing_balance
from rolled
-- where no balance was ever delivered, nothing is stated
where region in (select openings.region from {{ ref('int_fund__openings') }} as openings)
