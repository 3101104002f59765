-- rows of a scenario that make no sense by themselves, each with what was expected
with delivered as (

    select
        region,
        budget_year,
        fund
    from {{ ref('int_budget__income') }}
    group by region, budget_year, fund

),

rows_judged as (

    select
        scenarios.region as pooling_area,
        parameters.*,
        kinds.parameter is not null as is_known,
        kinds.value_kind,
        kinds.lowest,
        kinds.highest,
        kinds.needs_region,
        areas.area is not null as is_area,
        kinds.needs_item,
        funds.fund is not null as is_fund,
        count(*) over (
            partition by parameters.scenario, parameters.parameter, parameters.fund, parameters.region, parameters.item
        ) as times
    from {{ ref('dim_scenario_parameters') }} as parameters
    inner join {{ ref('scenarios') }} as scenarios
        on parameters.scenario = scenarios.scenario
    left join {{ ref('scenario_parameter_kinds') }} as kinds
        on parameters.parameter = kinds.parameter
    left join {{ ref('int_budget__areas') }} as areas
        on scenarios.region = areas.region
        and parameters.region = areas.area
    left join delivered as funds
        on scenarios.region = funds.region
        and scenarios.budget_year = funds.budget_year
        and parameters.fund = funds.fund
    -- a row of the base is judged there, and a scenario of which no budget was delivered is not
    where parameters.scenario = parameters.from_scenario
        and exists (
            select 1 from delivered
            where delivered.region = scenarios.region and delivered.budget_year = scenarios.budget_year
        )

),

items_known as (

    select
        'pool' as parameter,
        item
    from {{ ref('budget_items') }}

    {% for parameter in ['payment_weight', 'terminated_institution_cut'] %}
    {% for year in ['year_before', 'two_years_before'] %}
    union all

    select
        '{{ parameter }}' as parameter,
        '{{ year }}' as item
    {% endfor %}
    {% endfor %}

),

judged as (

    select
        rows_judged.*,
        case
            when not rows_judged.is_known then 'a parameter of scenario_parameter_kinds'
            when coalesce(not rows_judged.is_fund, true) then 'a fund of the budget: resident or employee'
            when rows_judged.needs_region and not rows_judged.is_area then 'a settlement area of ' || rows_judged.pooling_area
            when not rows_judged.needs_region and rows_judged.region <> 'none' then 'no area: it holds for the whole fund'
            when rows_judged.needs_item and items_known.item is null then 'an item that ' || rows_judged.parameter || ' has'
            when not rows_judged.needs_item and rows_judged.item <> 'none' then 'no item'
            when rows_judged.times > 1 then 'one row for this'
            when rows_judged.value_kind = 'word' and coalesce(rows_judged.value not in ('enrolment', 'plan'), true) then 'enrolment or plan'
            when rows_judged.value_kind <> 'word' and rows_judged.number is null then 'a number'
            when rows_judged.number < rows_judged.lowest
                then 'at least ' || cast(rows_judged.lowest as {{ dbt.type_string() }})
            when rows_judged.number > rows_judged.highest
                then 'at most ' || cast(rows_judged.highest as {{ dbt.type_string() }})
        end as expected
    from rows_judged
    left join items_known
        on rows_judged.parameter = items_known.parameter
        and rows_judged.item = items_known.item

)

select
    scenario,
    row_no,
    parameter,
    fund,
    region,
    item,
    value,
    expected
from judged
where expected is not null
