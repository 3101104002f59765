-- income of a fund and year by either basis; which one holds is a row of the scenario
with counted as (

    select
        region,
        fund,
        budget_year,
        persons,
        is_synthetic,
        row_number() over (partition by region, fund, budget_year order by counted_on desc) as recency
    from {{ ref('fct_paying_counts') }}

)

select
    region,
    budget_year,
    fund,
    'plan' as income_basis,
    amount as income,
    is_synthetic
from {{ ref('fct_budget_items') }}
where item = 'income'

union all

select
    counted.region,
    counted.budget_year,
    counted.fund,
    'enrolment' as income_basis,
    cast(counted.persons * (standards.individual_amount + standards.fiscal_amount) as decimal(18, 2)) as income,
    counted.is_synthetic or standards.is_synthetic as is_synthetic
from counted
inner join {{ ref('fct_contribution_standards') }} as standards
    on counted.region = standards.region
    and counted.fund = standards.fund
    and counted.budget_year = standards.standard_year
where counted.recency = 1
