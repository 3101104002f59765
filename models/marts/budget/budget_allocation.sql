-- what the plan gives: one row for each receiver, and the total of the hospitals that are not paid by DRG
with received as (

    select
        allocation.*,
        terms.budget_year
    from {{ ref('int_budget__allocation') }} as allocation
    inner join {{ ref('int_budget__terms') }} as terms
        on allocation.scenario = terms.scenario
        and allocation.fund = terms.fund
    where terms.is_plan

),

with_total as (

    select
        receiver as region,
        budget_year,
        fund,
        item,
        'member' as row_kind,
        position,
        paid_year_before,
        paid_two_years_before,
        weighted_payments,
        initial,
        transferred,
        incentive,
        allocation
    from received

    union all

    select
        region,
        budget_year,
        fund,
        'non_drg' as item,
        'total' as row_kind,
        0 as position,
        sum(paid_year_before) as paid_year_before,
        sum(paid_two_years_before) as paid_two_years_before,
        sum(weighted_payments) as weighted_payments,
        sum(initial) as initial,
        sum(transferred) as transferred,
        sum(incentive) as incentive,
        sum(allocation) as allocation
    from received
    where item = 'non_drg'
    group by region, budget_year, fund

)

select
    region,
    budget_year as period,
    'budget' as version,
    fund,
    item,
    row_kind,
    position,
    cast(paid_year_before as decimal(18, 2)) as paid_year_before,
    cast(paid_two_years_before as decimal(18, 2)) as paid_two_years_before,
    cast(weighted_payments as decimal(24, 6)) as weighted_payments,
    cast({{ divide(
        '100 * weighted_payments',
        "sum(case when row_kind = 'member' then weighted_payments else 0 end) over (partition by budget_year, fund)"
    ) }} as decimal(28, 8)) as share_pct,
    cast(initial as decimal(18, 2)) as initial_amount,
    cast(transferred as decimal(18, 2)) as transferred_amount,
    cast(incentive as decimal(18, 2)) as incentive_amount,
    cast(allocation as decimal(18, 2)) as allocation
from with_total
