-- The department budget by item and version, and on the rows of what was spent how it stands to the budget. A total of which a part
-- was not delivered is not told; the full-year budget is the initial one with its changes.
with entries as (

    select * from {{ ref('fct_department_budget') }}

),

parts as (

    select
        item,
        counted_in,
        count(*) over (partition by counted_in) as part_count
    from {{ ref('outlay_parts') }}

),

delivered as (

    select
        entries.region,
        entries.period,
        entries.version,
        entries.fund,
        parts.counted_in as item,
        cast(sum(entries.amount) as decimal(18, 2)) as outlay
    from entries
    inner join parts
        on entries.item = parts.item
    where entries.version <> 'adjustment'
    group by entries.region, entries.period, entries.version, entries.fund, parts.counted_in, parts.part_count
    having count(distinct entries.item) = parts.part_count

    union all

    -- changes by what they are for; and parts that an item only names
    select
        entries.region,
        entries.period,
        entries.version,
        entries.fund,
        entries.item,
        cast(sum(entries.amount) as decimal(18, 2)) as outlay
    from entries
    left join (select distinct counted_in from parts) as totals
        on entries.item = totals.counted_in
    where entries.version = 'adjustment' or totals.counted_in is null
    group by entries.region, entries.period, entries.version, entries.fund, entries.item

    union all

    select
        region,
        period,
        version,
        fund,
        'all' as item,
        cast(sum(amount) as decimal(18, 2)) as outlay
    from entries
    where version = 'adjustment'
    group by region, period, version, fund

),

-- a change counts in the budget item that it changes and all above it, and in the item that it is for
changes as (

    select
        entries.region,
        entries.period,
        entries.fund,
        counted.counted_in as item,
        sum(entries.amount) as outlay
    from entries
    inner join (
        select item as budget_item, cast(null as {{ dbt.type_string() }}) as item, counted_in from parts
        union all
        select distinct cast(null as {{ dbt.type_string() }}) as budget_item, counted_in as item, counted_in from parts
    ) as counted
        on entries.budget_item = counted.budget_item
        or (entries.item = counted.item and entries.item <> entries.budget_item)
    where entries.version = 'adjustment'
    group by entries.region, entries.period, entries.fund, counted.counted_in

),

full_year as (

    select
        initial.region,
        initial.period,
        'full_year_budget' as version,
        initial.fund,
        initial.item,
        cast(initial.outlay + coalesce(changes.outlay, 0) as decimal(18, 2)) as outlay
    from delivered as initial
    inner join (select distinct counted_in from parts) as totals
        on initial.item = totals.counted_in
    left join changes
        on initial.region = changes.region
        and initial.period = changes.period
        and initial.fund = changes.fund
        and initial.item = changes.item
    where initial.version = 'initial_budget'

),

versions as (

    select * from delivered
    union all
    select * from full_year

),

-- what was spent beside its budgets, and beside basic outlay where it is a part of that
beside as (

    select
        versions.*,
        initial.outlay as initial_budget,
        full_year.outlay as full_year_budget,
        basic.outlay as basic_outlay
    from versions
    left join versions as initial
        on versions.region = initial.region
        and versions.period = initial.period
        and versions.fund = initial.fund
        and versions.item = initial.item
        and versions.version = 'actual'
        and initial.version = 'initial_budget'
    left join full_year
        on versions.region = full_year.region
        and versions.period = full_year.period
        and versions.fund = full_year.fund
        and versions.item = full_year.item
        and versions.version = 'actual'
    left join {{ ref('dim_tree_paths') }} as named
        on versions.item = named.descendant
        and versions.version = 'actual'
        and named.tree = 'outlay_public'
        and named.ancestor = 'basic_outlay'
    left join versions as basic
        on versions.region = basic.region
        and versions.period = basic.period
        and versions.fund = basic.fund
        and versions.version = basic.version
        and named.ancestor = basic.item

)

select
    beside.region,
    beside.period,
    beside.version,
    beside.fund,
    beside.item,
    items.label_zh,
    beside.outlay,
    cast(beside.full_year_budget - beside.outlay as decimal(18, 2)) as unspent,
    {{ divide('100 * beside.outlay', 'beside.full_year_budget') }} as outlay_execution_rate,
    {{ divide('100 * beside.outlay', 'beside.initial_budget') }} as control_rate,
    {{ divide('100 * beside.full_year_budget', 'beside.initial_budget') }} as budget_control_rate,
    {{ divide('100 * beside.outlay', 'beside.basic_outlay') }} as outlay_share_of_basic
from beside
inner join {{ ref('dim_items') }} as items
    on beside.item = items.item
