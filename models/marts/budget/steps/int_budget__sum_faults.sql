-- what the rows of a scenario come to together: a fault names the first of them
{%- set text = dbt.type_string() %}
with parameters as (

    select * from {{ ref('dim_scenario_parameters') }}

),

sums as (

    select
        parameters.scenario,
        parameters.fund,
        parameters.parameter,
        -- a row of the base is no row of this scenario
        min(case when parameters.from_scenario = parameters.scenario then parameters.row_no end) as row_no,
        -- what makes no sense may be large
        cast(sum(parameters.number) as decimal(28, 4)) as total
    from parameters
    inner join {{ ref('int_budget__terms') }} as terms
        on parameters.scenario = terms.scenario
        and parameters.fund = terms.fund
    where parameters.parameter in ('payment_weight', 'incentive', 'pool')
    group by parameters.scenario, parameters.fund, parameters.parameter

),

-- what an allocation cannot do without
needed as (

    {% for parameter, item in [('income_basis', 'none'), ('pool', 'local_inpatient'), ('payment_weight', 'year_before'),
        ('payment_weight', 'two_years_before'), ('terminated_institution_cut', 'year_before'),
        ('terminated_institution_cut', 'two_years_before'), ('rounding_unit', 'none')] %}
    select
        '{{ parameter }}' as parameter,
        '{{ item }}' as item
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

faults as (

    select
        scenario,
        row_no,
        parameter,
        fund,
        cast(total as {{ text }}) as value,
        'weights of the two years that sum to 1' as expected
    from sums
    where parameter = 'payment_weight' and total <> 1

    union all

    select
        scenario,
        row_no,
        parameter,
        fund,
        cast(cast(total as decimal(28, 2)) as {{ text }}) as value,
        'incentives that sum to 0: what one area gains others give' as expected
    from sums
    where parameter = 'incentive' and total <> 0

    union all

    select
        sums.scenario,
        sums.row_no,
        sums.parameter,
        sums.fund,
        cast(cast(sums.total as decimal(28, 2)) as {{ text }}) as value,
        'pools that sum to no more than the income, '
        || coalesce(cast(income.income as {{ text }}), 'of which nothing was delivered for ' || terms.income_basis) as expected
    from sums
    inner join {{ ref('int_budget__terms') }} as terms
        on sums.scenario = terms.scenario
        and sums.fund = terms.fund
    left join {{ ref('int_budget__income') }} as income
        on terms.region = income.region
        and terms.budget_year = income.budget_year
        and terms.fund = income.fund
        and terms.income_basis = income.income_basis
    where sums.parameter = 'pool' and coalesce(sums.total > income.income, true)

    union all

    select
        parameters.scenario,
        parameters.row_no,
        parameters.parameter,
        parameters.fund,
        parameters.value,
        'a whole multiple of the rounding unit, ' || cast(terms.rounding_unit as {{ text }}) as expected
    from parameters
    inner join {{ ref('int_budget__terms') }} as terms
        on parameters.scenario = terms.scenario
        and parameters.fund = terms.fund
    where
        (
            parameters.parameter in ('incentive', 'transfer_to_non_drg')
            or (parameters.parameter = 'pool' and parameters.item = 'local_inpatient')
        )
        and terms.rounding_unit >= 1
        and parameters.number <> terms.rounding_unit * cast({{ divide('parameters.number', 'terms.rounding_unit') }} as bigint)

    union all

    select
        terms.scenario,
        null as row_no,
        needed.parameter,
        terms.fund,
        null as value,
        'a row ' || needed.parameter || case when needed.item = 'none' then '' else ' of ' || needed.item end as expected
    from {{ ref('int_budget__terms') }} as terms
    cross join needed
    left join parameters
        on terms.scenario = parameters.scenario
        and terms.fund = parameters.fund
        and needed.parameter = parameters.parameter
        and needed.item = parameters.item
    where parameters.scenario is null

    union all

    select
        allocation.scenario,
        null as row_no,
        'allocation' as parameter,
        allocation.fund,
        cast(allocation.allocation as {{ text }}) as value,
        'an allocation of at least 0 for ' || allocation.receiver || ' (' || allocation.item || ')' as expected
    from {{ ref('int_budget__allocation') }} as allocation
    where allocation.allocation < 0

)

select
    scenario,
    row_no,
    parameter,
    fund,
    'none' as region,
    'none' as item,
    value,
    expected
from faults
