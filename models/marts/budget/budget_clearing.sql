-- each item of a complete year: what it spent, what it got or gave, and what the fund pays of it
with items as (

    select
        region,
        budget_year,
        fund,
        item,
        clearing,
        budget,
        executed,
        overspent,
        unspent,
        {% for move in ['from_reserve', 'from_elastic', 'given'] %}
        cast(sum(case when move = '{{ move }}' then dealt_units * 0.01 else 0 end) as decimal(18, 2)) as {{ move }},
        {% endfor %}
        reserve
    from {{ ref('int_budget__clearing_moves') }}
    group by region, budget_year, fund, item, clearing, budget, executed, overspent, unspent, reserve

)

select
    region,
    budget_year as period,
    fund,
    item,
    clearing,
    cast(budget as decimal(18, 2)) as budget_amount,
    cast(executed as decimal(18, 2)) as executed_amount,
    from_reserve as from_reserve_amount,
    from_elastic as from_elastic_amount,
    given as given_amount,
    cast(executed - overspent + from_reserve + from_elastic as decimal(18, 2)) as cleared_amount,
    cast(overspent - from_reserve - from_elastic as decimal(18, 2)) as not_cleared_amount,
    cast(unspent - given as decimal(18, 2)) as left_amount,
    cast(reserve as decimal(18, 2)) as reserve_amount
from items
