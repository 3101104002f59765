-- What moves at the end of a complete year (年终清算): the reserve covers what elastic items overspent; what elastic items left
-- covers what rigid items overspent, and is taken from them in proportion. Never more than there is, to the fen.
with complete as (

    select
        areas.region,
        executed.budget_year,
        executed.fund,
        executed.item,
        sum(executed.amount) as executed
    from {{ ref('fct_budget_execution') }} as executed
    inner join {{ ref('int_budget__areas') }} as areas
        on executed.region = areas.area
    inner join (
        select
            budget_year,
            fund
        from {{ ref('fct_budget_execution') }}
        group by budget_year, fund
        having count(distinct month_number) = 12
    ) as years
        on executed.budget_year = years.budget_year
        and executed.fund = years.fund
    group by areas.region, executed.budget_year, executed.fund, executed.item

),

items as (

    select
        planned.region,
        planned.budget_year,
        planned.fund,
        planned.item,
        kinds.clearing,
        planned.amount as budget,
        coalesce(complete.executed, 0) as executed,
        greatest(coalesce(complete.executed, 0) - planned.amount, 0) as overspent,
        greatest(planned.amount - coalesce(complete.executed, 0), 0) as unspent
    from {{ ref('fct_budget_items') }} as planned
    inner join {{ ref('budget_items') }} as kinds
        on planned.item = kinds.item
    inner join (
        select
            complete_years.region,
            complete_years.budget_year,
            complete_years.fund
        from complete as complete_years
        group by complete_years.region, complete_years.budget_year, complete_years.fund
    ) as years
        on planned.region = years.region
        and planned.budget_year = years.budget_year
        and planned.fund = years.fund
    left join complete
        on planned.region = complete.region
        and planned.budget_year = complete.budget_year
        and planned.fund = complete.fund
        and planned.item = complete.item

),

sums as (

    select
        items.region,
        items.budget_year,
        items.fund,
        greatest(max(reserves.risk_reserve), 0) as reserve,
        sum(case when items.clearing = 'elastic' then items.unspent else 0 end) as elastic_unspent,
        sum(case when items.clearing = 'rigid' then items.overspent else 0 end) as rigid_overspent,
        sum(case when items.clearing = 'elastic' then items.overspent else 0 end) as elastic_overspent
    from items
    left join {{ ref('total_budget') }} as reserves
        on items.region = reserves.region
        and items.budget_year = reserves.period
        and items.fund = reserves.fund
        and reserves.item = 'all'
    group by items.region, items.budget_year, items.fund

),

moves as (

    {% for move, clearing, weight, needed, there_is in [
        ('from_reserve', 'elastic', 'overspent', 'elastic_overspent', 'reserve'),
        ('from_elastic', 'rigid', 'overspent', 'rigid_overspent', 'elastic_unspent'),
        ('given', 'elastic', 'unspent', 'elastic_unspent', 'rigid_overspent'),
    ] %}
    select
        items.*,
        sums.reserve,
        '{{ move }}' as move,
        cast(100 * least(sums.{{ needed }}, coalesce(sums.{{ there_is }}, 0)) as bigint) as total_fen,
        cast(case when items.clearing = '{{ clearing }}' then items.{{ weight }} else 0 end as decimal(24, 6)) as weight
    from items
    inner join sums
        on items.region = sums.region
        and items.budget_year = sums.budget_year
        and items.fund = sums.fund
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

{{ largest_remainder('select * from moves', ['region', 'budget_year', 'fund', 'move'], 'total_fen', 'weight', ['item']) }}
