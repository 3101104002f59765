-- one row per parent figure, tree and figure below it that is printed in the same block, or anywhere in the scope

with nodes as (

    select * from {{ ref('int_consistency__nodes') }}

),

paths as (

    select
        paths.tree,
        paths.dimension,
        paths.ancestor,
        paths.descendant,
        paths.depth,
        paths.is_exhaustive,
        scopes.region,
        scopes.fund,
        scopes.measure,
        scopes.version
    from {{ ref('dim_tree_paths') }} as paths
    inner join {{ ref('tree_scopes') }} as scopes
        on paths.tree = scopes.tree

),

-- a figure and the nodes above it, where the tree holds for it; the region tree holds at the parent's region
climbing as (

    select
        nodes.figure_key,
        nodes.block_id,
        nodes.is_closed_block,
        nodes.rank_in_scope,
        nodes.rollup_method,
        nodes.siblings_key,
        nodes.node as child,
        paths.tree,
        paths.dimension,
        paths.ancestor,
        paths.depth,
        paths.is_exhaustive,
        {{ key64(['nodes.block_id', 'nodes.siblings_key', 'paths.ancestor']) }} as above_in_block_key,
        {{ key64(['nodes.siblings_key', 'paths.ancestor']) }} as above_in_scope_key
    from nodes
    inner join paths
        on nodes.dimension = paths.dimension
        and nodes.node = paths.descendant
    where (paths.region is null or nodes.region = paths.region)
        and (paths.fund is null or nodes.fund = paths.fund)
        and (paths.measure is null or nodes.measure = paths.measure)
        and (paths.version is null or nodes.version = paths.version)

),

-- the nodes that stand between a node and one above it, and are printed at all
printed_nodes as (

    select distinct
        dimension,
        node
    from nodes

),

between_them as (

    select
        above.tree,
        above.ancestor,
        above.descendant,
        middle.descendant as node
    from {{ ref('dim_tree_paths') }} as above
    inner join {{ ref('dim_tree_paths') }} as middle
        on above.tree = middle.tree
        and above.ancestor = middle.ancestor
        and above.depth > middle.depth
    inner join {{ ref('dim_tree_paths') }} as down
        on above.tree = down.tree
        and middle.descendant = down.ancestor
        and above.descendant = down.descendant
    inner join printed_nodes
        on middle.dimension = printed_nodes.dimension
        and middle.descendant = printed_nodes.node
    where above.depth > 1

),

-- only the nearest count: what stands below another printed child is in that child already
hidden as (

    select distinct
        climbing.figure_key,
        climbing.tree,
        climbing.ancestor
    from climbing
    inner join between_them
        on climbing.tree = between_them.tree
        and climbing.ancestor = between_them.ancestor
        and climbing.child = between_them.descendant
    inner join nodes
        on nodes.node_in_block_key = {{ key64(['climbing.block_id', 'climbing.siblings_key', 'between_them.node']) }}
    where climbing.is_closed_block

),

-- what the same table prints below a parent, at whatever depth
nearest as (

    select
        parents.figure_key as parent_figure_key,
        climbing.tree,
        climbing.dimension,
        climbing.rollup_method,
        climbing.is_exhaustive,
        climbing.figure_key as child_figure_key
    from climbing
    inner join nodes as parents
        on climbing.above_in_block_key = parents.node_in_block_key
    left join hidden
        on climbing.figure_key = hidden.figure_key
        and climbing.tree = hidden.tree
        and climbing.ancestor = hidden.ancestor
    where climbing.is_closed_block
        and hidden.figure_key is null

),

-- what its own table splits whole needs no other evidence
split_in_block as (

    select
        parent_figure_key,
        tree
    from nearest
    group by parent_figure_key, tree
    having count(*) >= 2
        and min(case when is_exhaustive then 1 else 0 end) = 1

),

-- Outside tables nothing may be taken for zero: the direct children, wherever they are printed.
printed_in_scope as (

    select
        parents.figure_key as parent_figure_key,
        climbing.tree,
        climbing.dimension,
        climbing.rollup_method,
        climbing.is_exhaustive,
        climbing.figure_key as child_figure_key
    from climbing
    inner join nodes as parents
        on climbing.above_in_scope_key = parents.node_in_scope_key
    left join split_in_block
        on parents.figure_key = split_in_block.parent_figure_key
        and climbing.tree = split_in_block.tree
    where climbing.depth = 1
        and climbing.rank_in_scope = 1
        and parents.rank_in_scope = 1
        and split_in_block.parent_figure_key is null

)

select
    parent_figure_key,
    tree,
    dimension,
    rollup_method,
    'block' as reach,
    child_figure_key,
    is_exhaustive
from nearest

union all

select
    parent_figure_key,
    tree,
    dimension,
    rollup_method,
    'scope' as reach,
    child_figure_key,
    is_exhaustive
from printed_in_scope
