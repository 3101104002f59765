-- step 1: shares of the pool · step 2: what the DRG total gives to the other hospitals · step 3: incentives; in whole units
with receivers as (

    select * from {{ ref('int_budget__receivers') }}

),

non_drg as (

    select * from receivers
    where item = 'non_drg'

),

shared as (

    {{ largest_remainder('select * from receivers', ['scenario', 'fund'], 'pool_units', 'weighted_payments', ['position']) }}

),

-- the plan does not say by which key; by the same shares
moved as (

    {{ largest_remainder('select * from non_drg', ['scenario', 'fund'], 'transfer_units', 'weighted_payments', ['position']) }}

),

incentives as (

    select
        scenario,
        fund,
        region as receiver,
        sum(number) as incentive
    from {{ ref('dim_scenario_parameters') }}
    where parameter = 'incentive'
    group by scenario, fund, region

),

steps as (

    select
        shared.scenario,
        shared.region,
        shared.fund,
        shared.receiver,
        shared.item,
        shared.position,
        shared.paid_year_before,
        shared.paid_two_years_before,
        shared.weighted_payments,
        shared.dealt_units * terms.rounding_unit as initial,
        coalesce(
            case when shared.item = 'drg' then -1 * shared.transfer_units else moved.dealt_units end, 0
        ) * terms.rounding_unit as transferred,
        coalesce(case when shared.item = 'non_drg' then incentives.incentive end, 0) as incentive
    from shared
    inner join {{ ref('int_budget__terms') }} as terms
        on shared.scenario = terms.scenario
        and shared.fund = terms.fund
    left join moved
        on shared.scenario = moved.scenario
        and shared.fund = moved.fund
        and shared.receiver = moved.receiver
        and shared.item = moved.item
    left join incentives
        on shared.scenario = incentives.scenario
        and shared.fund = incentives.fund
        and shared.receiver = incentives.receiver
    -- without any payment there is no share
    where shared.weight_sum > 0

)

select
    scenario,
    region,
    fund,
    receiver,
    item,
    position,
    paid_year_before,
    paid_two_years_before,
    weighted_payments,
    cast(initial as decimal(18, 2)) as initial,
    cast(transferred as decimal(18, 2)) as transferred,
    cast(incentive as decimal(18, 2)) as incentive,
    cast(initial + transferred + incentive as decimal(18, 2)) as allocation
from steps
