-- one row per parent address, tree and direct child, where every child of the parent is printed somewhere in the scope:
-- the parent follows from them whether it is printed or not

with nodes as (

    select * from {{ ref('int_consistency__nodes') }}
    where rollup_method = 'sum'
        and rank_in_scope = 1

),

figures as (

    select * from {{ ref('int_consistency__figures') }}

),

edges as (

    select
        edges.tree,
        edges.dimension,
        edges.parent,
        edges.child,
        edges.is_optional,
        sum(case when edges.is_optional then 0 else 1 end) over (partition by edges.tree, edges.parent) as child_count
    from {{ ref('dim_tree_edges') }} as edges
    where edges.is_exhaustive

),

scoped as (

    select
        edges.*,
        scopes.region,
        scopes.fund,
        scopes.measure,
        scopes.version
    from edges
    inner join {{ ref('tree_scopes') }} as scopes
        on edges.tree = scopes.tree

),

climbing as (

    select
        nodes.figure_key,
        nodes.siblings_key,
        scoped.tree,
        scoped.dimension,
        scoped.parent,
        scoped.is_optional,
        scoped.child_count
    from nodes
    inner join scoped
        on nodes.dimension = scoped.dimension
        and nodes.node = scoped.child
    where (scoped.region is null or nodes.region = scoped.region)
        and (scoped.fund is null or nodes.fund = scoped.fund)
        and (scoped.measure is null or nodes.measure = scoped.measure)
        and (scoped.version is null or nodes.version = scoped.version)

),

counted as (

    select
        climbing.*,
        sum(case when climbing.is_optional then 0 else 1 end)
            over (partition by climbing.siblings_key, climbing.tree, climbing.parent) as printed_count
    from climbing

),

complete as (

    select * from counted
    where printed_count = child_count
        and child_count > 1

),

-- the parent's address is the child's, but for the coordinate that the tree orders
addressed as (

    {% for dimension in tree_dimensions() %}
    {% set parent_columns = [] %}
    {% for coordinate in coordinates() %}
    {% do parent_columns.append('complete.parent' if coordinate == dimension else 'figures.' ~ coordinate) %}
    {% endfor %}
    select
        complete.tree,
        complete.figure_key as child_figure_key,
        figures.address_key as child_address_key,
        figures.figure_no,
        figures.value,
        figures.value_low,
        figures.value_high,
        {{ key64(['figures.scope_id'] + parent_columns + ['figures.measure']) }} as parent_address_key
    from complete
    inner join figures
        on complete.figure_key = figures.figure_key
    where complete.dimension = '{{ dimension }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    parent_address_key,
    tree,
    child_figure_key,
    child_address_key,
    figure_no,
    value,
    value_low,
    value_high
from addressed
