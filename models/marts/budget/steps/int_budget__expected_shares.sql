-- which part of a year's budget is expected by the end of a month: in equal parts, or as the months of last year were
with months as (

    select distinct
        region,
        budget_year,
        month_number,
        fund,
        item
    from {{ ref('int_budget__months') }}

),

last_year as (

    select
        areas.region,
        executed.fund,
        executed.item,
        executed.month_number,
        cast(cast(executed.budget_year as integer) + 1 as {{ dbt.type_string() }}) as budget_year,
        sum(executed.amount) as amount
    from {{ ref('fct_budget_execution') }} as executed
    inner join {{ ref('int_budget__areas') }} as areas
        on executed.region = areas.area
    group by areas.region, executed.fund, executed.item, executed.month_number, executed.budget_year

),

shapes as (

    select
        region,
        fund,
        item,
        month_number,
        budget_year,
        cast(sum(amount) over (
            partition by region, fund, item, budget_year order by month_number rows between unbounded preceding and current row
        ) as decimal(18, 2)) as part,
        cast(sum(amount) over (partition by region, fund, item, budget_year) as decimal(18, 2)) as whole,
        count(*) over (partition by region, fund, item, budget_year) as months_of_year
    from last_year

)

select
    months.region,
    months.budget_year,
    months.month_number,
    months.fund,
    months.item,
    case when shapes.item is null then 'straight_line' else 'seasonal' end as expected_shape,
    coalesce(shapes.part, months.month_number) as part,
    coalesce(shapes.whole, 12) as whole
from months
inner join {{ ref('budget_items') }} as items
    on months.item = items.item
-- without all months of last year there is no shape to follow
left join shapes
    on items.expected_shape = 'seasonal'
    and shapes.months_of_year = 12
    and months.region = shapes.region
    and months.budget_year = shapes.budget_year
    and months.month_number = shapes.month_number
    and months.fund = shapes.fund
    and months.item = shapes.item
