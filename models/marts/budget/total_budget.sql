-- income, expenditure by item and the reserve of each year that has a plan
with planned as (

    select * from {{ ref('fct_budget_items') }}
    where item <> 'income'

),

parts as (

    select
        item as member,
        item as ancestor
    from {{ ref('budget_items') }}

    union all

    select
        descendant as member,
        ancestor
    from {{ ref('dim_tree_paths') }}
    where tree = 'allocation'

),

items as (

    select
        planned.region,
        planned.budget_year,
        planned.fund,
        parts.ancestor as item,
        case
            when parts.ancestor = 'all' then 'total'
            when max(case when parts.member = parts.ancestor then 1 else 0 end) = 1 then 'member'
            else 'subtotal'
        end as row_kind,
        cast(sum(planned.amount) as decimal(18, 2)) as allocation,
        max(case when planned.is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from planned
    inner join parts
        on planned.item = parts.member
    group by planned.region, planned.budget_year, planned.fund, parts.ancestor

),

plans as (

    select
        region,
        budget_year,
        fund,
        income_basis
    from {{ ref('int_budget__terms') }}
    where is_plan

)

select
    items.region,
    items.budget_year as period,
    'budget' as version,
    items.fund,
    items.item,
    items.row_kind,
    income.income_basis,
    items.allocation,
    income.income,
    case when items.item = 'all' then items.allocation end as expenditure,
    cast(income.income - items.allocation as decimal(18, 2)) as surplus,
    cast(income.income - items.allocation as decimal(18, 2)) as risk_reserve,
    items.is_synthetic
from items
left join plans
    on items.region = plans.region
    and items.budget_year = plans.budget_year
    and items.fund = plans.fund
-- a year without a scenario has the income that was planned
left join {{ ref('int_budget__income') }} as income
    on items.region = income.region
    and items.budget_year = income.budget_year
    and items.fund = income.fund
    and coalesce(plans.income_basis, 'plan') = income.income_basis
    and items.item = 'all'
