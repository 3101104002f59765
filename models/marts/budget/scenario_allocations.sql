-- every scenario beside the plan that it is based on: who gains and who loses
with allocations as (

    select
        allocation.*,
        terms.budget_year,
        coalesce(scenarios.based_on, scenarios.scenario) as compared_with
    from {{ ref('int_budget__allocation') }} as allocation
    inner join {{ ref('int_budget__terms') }} as terms
        on allocation.scenario = terms.scenario
        and allocation.fund = terms.fund
    inner join {{ ref('scenarios') }} as scenarios
        on allocation.scenario = scenarios.scenario

)

select
    allocations.scenario,
    allocations.compared_with,
    allocations.receiver as region,
    allocations.budget_year as period,
    allocations.fund,
    allocations.item,
    allocations.position,
    allocations.allocation,
    plan.allocation as plan_allocation,
    cast(allocations.allocation - plan.allocation as decimal(18, 2)) as gain,
    cast({{ divide('100 * (allocations.allocation - plan.allocation)', 'plan.allocation') }} as decimal(28, 8)) as gain_pct
from allocations
inner join {{ ref('int_budget__allocation') }} as plan
    on allocations.compared_with = plan.scenario
    and allocations.fund = plan.fund
    and allocations.receiver = plan.receiver
    and allocations.item = plan.item
