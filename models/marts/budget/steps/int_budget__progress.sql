-- executed to date against the budget and against what is expected by now; visits and cost per visit beside it
with expected as (

    select
        to_date.*,
        shares.expected_shape,
        items.is_monitored,
        cast({{ divide(
            'cast(to_date.budget as decimal(20, 2)) * cast(shares.part as decimal(18, 2))', 'cast(shares.whole as decimal(18, 2))'
        ) }} as decimal(18, 2)) as expected_to_date
    from {{ ref('int_budget__to_date') }} as to_date
    inner join {{ ref('int_budget__expected_shares') }} as shares
        on to_date.pooling_area = shares.region
        and to_date.budget_year = shares.budget_year
        and to_date.month_number = shares.month_number
        and to_date.fund = shares.fund
        and to_date.item = shares.item
    inner join {{ ref('budget_items') }} as items
        on to_date.item = items.item

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
