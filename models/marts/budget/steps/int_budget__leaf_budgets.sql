-- Budgets below what the plan gives, as a yardstick only: of local inpatient care by hospital, in proportion to its weighted payments
-- within its total; of the other items by area, in proportion to last year's execution. To the fen, by largest remainder.
with allocated as (

    select
        allocation.region,
        allocation.fund,
        allocation.receiver,
        allocation.item,
        terms.budget_year,
        cast(100 * allocation.allocation as bigint) as total_fen
    from {{ ref('int_budget__allocation') }} as allocation
    inner join {{ ref('int_budget__terms') }} as terms
        on allocation.scenario = terms.scenario
        and allocation.fund = terms.fund
    where terms.is_plan

),

hospitals as (

    select
        payments.region,
        payments.area,
        allocated.budget_year,
        payments.fund,
        payments.receiver,
        'local_inpatient' as item,
        payments.item as payment_kind,
        payments.institution_code,
        allocated.total_fen,
        payments.weighted_payments as weight
    from {{ ref('int_budget__payments') }} as payments
    inner join {{ ref('int_budget__terms') }} as terms
        on payments.scenario = terms.scenario
        and payments.fund = terms.fund
        and terms.is_plan
    inner join allocated
        on payments.region = allocated.region
        and payments.fund = allocated.fund
        and payments.receiver = allocated.receiver
        and payments.item = allocated.item
        and terms.budget_year = allocated.budget_year
    -- what the payments of a terminated hospital brought its area is for the others to spend
    where not payments.is_terminated

),

by_area as (

    select
        areas.region,
        areas.area,
        items.budget_year,
        items.fund,
        'all' as receiver,
        items.item,
        'none' as payment_kind,
        'none' as institution_code,
        cast(100 * items.amount as bigint) as total_fen,
        cast(sum(executed.amount) as decimal(24, 6)) as weight
    from {{ ref('fct_budget_items') }} as items
    inner join {{ ref('int_budget__areas') }} as areas
        on items.region = areas.region
    inner join {{ ref('fct_budget_execution') }} as executed
        on areas.area = executed.region
        and items.fund = executed.fund
        and items.item = executed.item
        and cast(items.budget_year as integer) - 1 = cast(executed.budget_year as integer)
    where items.item <> 'local_inpatient'
    group by areas.region, areas.area, items.budget_year, items.fund, items.item, items.amount

),

shares as (

    select * from hospitals

    union all

    select * from by_area

),

dealt as (

    {{ largest_remainder('select * from shares', ['region', 'budget_year', 'fund', 'item', 'receiver', 'payment_kind'], 'total_fen',
        'weight', ['area', 'institution_code']) }}

)

select
    region,
    area,
    budget_year,
    fund,
    item,
    institution_code,
    cast(dealt_units * 0.01 as decimal(18, 2)) as budget
from dealt
