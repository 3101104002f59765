-- a scenario has its own rows, and those rows of its base that it does not replace
with written as (

    select
        parameters.scenario,
        scenarios.based_on,
        parameters.row_no,
        parameters.parameter,
        parameters.fund,
        coalesce(parameters.region, 'none') as region,
        coalesce(parameters.item, 'none') as item,
        parameters.value,
        parameters.is_synthetic
    from {{ ref('scenario_parameters') }} as parameters
    inner join {{ ref('scenarios') }} as scenarios
        on parameters.scenario = scenarios.scenario

),

inherited as (

    select
        scenarios.scenario,
        base.scenario as from_scenario,
        base.row_no,
        base.parameter,
        base.fund,
        base.region,
        base.item,
        base.value,
        base.is_synthetic
    from {{ ref('scenarios') }} as scenarios
    inner join written as base
        on scenarios.based_on = base.scenario
    left join written as own
        on scenarios.scenario = own.scenario
        and base.parameter = own.parameter
        and base.fund = own.fund
        and base.region = own.region
        and base.item = own.item
    where own.scenario is null

),

holding as (

    select
        scenario,
        scenario as from_scenario,
        row_no,
        parameter,
        fund,
        region,
        item,
        value,
        is_synthetic
    from written

    union all

    select
        scenario,
        from_scenario,
        row_no,
        parameter,
        fund,
        region,
        item,
        value,
        is_synthetic
    from inherited

)

select
    scenario,
    from_scenario,
    row_no,
    parameter,
    fund,
    region,
    item,
    value,
    {{ number_or_null('value', 'decimal(18, 4)') }} as number,
    is_synthetic
from holding
