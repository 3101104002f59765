-- of bureaus that send counts at the end of the year; who enrolled when is known of those that send the register of persons
with delivered as (

    select
        region,
        count_year as period,
        fund,
        status as item,
        sum(enrolled) as enrolled,
        sum(paying) as paying
    from {{ ref('fct_enrolment_counts') }}
    group by region, count_year, fund, status

),

of_funds as (

    select * from delivered

    union all

    -- the parts that make up a fund, where no total came
    select
        parts.region,
        parts.period,
        parts.fund,
        'all' as item,
        sum(parts.enrolled) as enrolled,
        sum(parts.paying) as paying
    from delivered as parts
    inner join {{ ref('dim_tree_edges') }} as edges
        on parts.item = edges.child
        and edges.tree = 'enrolment_status'
        and edges.is_exhaustive
    left join delivered as totals
        on parts.region = totals.region
        and parts.period = totals.period
        and parts.fund = totals.fund
        and totals.item = 'all'
    where totals.region is null
    group by parts.region, parts.period, parts.fund

),

counted as (

    select * from of_funds

    union all

    -- 基本医疗保险: both funds
    select
        of_funds.region,
        of_funds.period,
        edges.parent as fund,
        'all' as item,
        sum(of_funds.enrolled) as enrolled,
        cast(null as bigint) as paying
    from of_funds
    inner join {{ ref('dim_tree_edges') }} as edges
        on of_funds.fund = edges.child
        and edges.tree = 'fund'
        and edges.parent = 'basic'
    where of_funds.item = 'all'
    group by of_funds.region, of_funds.period, edges.parent
    having count(*) = 2

),

targets as (

    select
        region,
        count_year as period,
        'basic' as fund,
        persons as target
    from {{ ref('fct_region_counts') }}
    where kind = 'enrolment_target'

),

cells as (

    select
        counted.region,
        counted.period,
        periods.previous_year as earlier_period,
        counted.fund,
        counted.item,
        counted.enrolled,
        earlier.enrolled as earlier_enrolled,
        counted.paying,
        earlier.paying as earlier_paying,
        totals.enrolled as enrolled_in_all,
        case when counted.item = 'all' then active.enrolled end as active,
        case when counted.item = 'all' then retired.enrolled end as retired,
        targets.target,
        case when counted.fund = 'basic' then population.usual_population end as population,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from counted
    inner join {{ ref('dim_periods') }} as periods
        on counted.period = periods.period
    inner join {{ ref('dim_report_parameters') }} as parameters
        on counted.region = parameters.region
        and counted.fund = parameters.fund
    left join counted as earlier
        on counted.region = earlier.region
        and counted.fund = earlier.fund
        and counted.item = earlier.item
        and periods.previous_year = earlier.period
    {% for item, alias in [('all', 'totals'), ('active', 'active'), ('retired', 'retired')] %}
    left join counted as {{ alias }}
        on counted.region = {{ alias }}.region
        and counted.period = {{ alias }}.period
        and counted.fund = {{ alias }}.fund
        and {{ alias }}.item = '{{ item }}'
    {% endfor %}
    left join targets
        on counted.region = targets.region
        and counted.period = targets.period
        and counted.fund = targets.fund
    left join {{ ref('population_by_year') }} as population
        on counted.region = population.region
        and population.period = case
            when parameters.enrolled_over = 'usual_population_last_year' then periods.previous_year else counted.period
        end

)

select
    region,
    period,
    'actual' as version,
    earlier_period,
    fund,
    item,
    cast(enrolled as bigint) as enrolled,
    cast(earlier_enrolled as bigint) as earlier_enrolled,
    cast(enrolled - earlier_enrolled as bigint) as enrolled_change,
    cast({{ growth('enrolled', 'cells') }} as decimal(28, 8)) as enrolled_growth,
    {{ divide('100 * enrolled', 'enrolled_in_all') }} as enrolled_share_of_total,
    cast(paying as bigint) as paying,
    cast(earlier_paying as bigint) as earlier_paying,
    cast(paying - earlier_paying as bigint) as paying_change,
    {{ divide('active', 'retired') }} as active_retired_ratio,
    {{ divide('100 * enrolled', 'target') }} as enrolment_completion,
    {{ divide('100 * enrolled', 'population') }} as enrolment_rate
from cells

union all

select
    region,
    period,
    'target' as version,
    cast(null as {{ dbt.type_string() }}) as earlier_period,
    fund,
    'all' as item,
    target as enrolled,
    {% for column in ['earlier_enrolled', 'enrolled_change'] %}
    cast(null as bigint) as {{ column }},
    {% endfor %}
    cast(null as decimal(28, 8)) as enrolled_growth,
    cast(null as decimal(28, 8)) as enrolled_share_of_total,
    {% for column in ['paying', 'earlier_paying', 'paying_change'] %}
    cast(null as bigint) as {{ column }},
    {% endfor %}
    cast(null as decimal(28, 8)) as active_retired_ratio,
    cast(null as decimal(28, 8)) as enrolment_completion,
    cast(null as decimal(28, 8)) as enrolment_rate
from targets
