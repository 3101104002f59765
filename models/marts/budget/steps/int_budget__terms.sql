-- the rows of a scenario as columns, one row for each fund of which a budget was delivered; a value out of any range is null here,
-- and a row of scenario_faults
select
    parameters.scenario,
    scenarios.region,
    scenarios.based_on is null as is_plan,
    scenarios.budget_year,
    cast(cast(scenarios.budget_year as integer) - 1 as {{ dbt.type_string() }}) as year_before,
    cast(cast(scenarios.budget_year as integer) - 2 as {{ dbt.type_string() }}) as two_years_before,
    parameters.fund,
    max(case when parameters.parameter = 'income_basis' then parameters.value end) as income_basis,
    {% for year in ['year_before', 'two_years_before'] %}
    max(
        case
            when parameters.parameter = 'payment_weight' and parameters.item = '{{ year }}'
                then {{ number_or_null('parameters.number', 'decimal(9, 4)') }}
        end
    ) as weight_of_{{ year }},
    -- what is left of the payments of a hospital whose agreement was terminated then
    max(
        case
            when parameters.parameter = 'terminated_institution_cut' and parameters.item = '{{ year }}'
                then {{ number_or_null('(100 - parameters.number) * 0.01', 'decimal(9, 4)') }}
        end
    ) as kept_of_{{ year }},
    {% endfor %}
    max(case when parameters.parameter = 'rounding_unit' then parameters.number end) as rounding_unit,
    max(case when parameters.parameter = 'pool' and parameters.item = 'local_inpatient' then parameters.number end) as local_pool,
    coalesce(max(case when parameters.parameter = 'transfer_to_non_drg' then parameters.number end), 0) as transfer
from {{ ref('dim_scenario_parameters') }} as parameters
inner join {{ ref('scenarios') }} as scenarios
    on parameters.scenario = scenarios.scenario
inner join (
    select
        region,
        budget_year
    from {{ ref('int_budget__income') }}
    group by region, budget_year
) as delivered
    on scenarios.region = delivered.region
    and scenarios.budget_year = delivered.budget_year
group by parameters.scenario, scenarios.region, scenarios.based_on, scenarios.budget_year, parameters.fund
