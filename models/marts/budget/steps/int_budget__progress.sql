-- executed to date against the budget and against what is expected by now; visits and cost per visit beside it
with planned as (

    select
        to_date.*,
        -- of the whole pooling area the plan itself says it
        coalesce(items.amount, to_date.parts_budget) as budget
    from {{ ref('int_budget__to_date') }} as to_date
    left join {{ ref('fct_budget_items') }} as items
        on to_date.budget_level = 'city'
        and to_date.region = items.region
        and to_date.budget_year = items.budget_year
        and to_date.fund = items.fund
        and to_date.item = items.item

),

expected as (

    select
        planned.*,
        shares.expected_shape,
        items.is_monitored,
        cast({{ divide(
            'cast(planned.budget as decimal(20, 2)) * cast(shares.part as decimal(18, 2))', 'cast(shares.whole as decimal(18, 2))'
        ) }} as decimal(18, 2)) as expected_to_date
    from planned
    inner join {{ ref('int_budget__expected_shares') }} as shares
        on planned.pooling_area = shares.region
        and planned.budget_year = shares.budget_year
        and planned.month_number = shares.month_number
        and planned.fund = shares.fund
        and planned.item = shares.item
    inner join {{ ref('budget_items') }} as items
        on planned.item = items.item

)

select
    pooling_area,
    region,
    budget_year || 'M' || {{ two_digits('month_number') }} as period,
    budget_year,
    month_number,
    budget_level,
    fund,
    item,
    institution_code,
    is_monitored,
    expected_shape,
    budget,
    executed,
    amount_to_date as executed_to_date,
    expected_to_date,
    earlier_amount_to_date as earlier_executed_to_date,
    visits_to_date,
    earlier_visits_to_date,
    cast({{ divide('100 * amount_to_date', 'budget') }} as decimal(28, 8)) as used_pct,
    cast({{ divide('100 * amount_to_date', 'expected_to_date') }} as decimal(28, 8)) as progress_pct,
    cast({{ divide('total_cost_to_date', 'visits_to_date') }} as decimal(28, 8)) as cost_per_visit,
    cast({{ divide('earlier_total_cost_to_date', 'earlier_visits_to_date') }} as decimal(28, 8)) as earlier_cost_per_visit,
    cast({{ divide('100 * cast(visits_to_date as decimal(18, 2))', 'earlier_visits_to_date') }} - 100 as decimal(28, 8)) as visits_growth,
    cast({{ divide(
        '100 * cast(total_cost_to_date as decimal(20, 2)) * cast(earlier_visits_to_date as decimal(12, 0))',
        '(cast(earlier_total_cost_to_date as decimal(20, 2)) * cast(visits_to_date as decimal(12, 0)))'
    ) }} - 100 as decimal(28, 8)) as cost_per_visit_growth
from expected
