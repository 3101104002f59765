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
        paths.is_exhaustive
    from nodes
    inner join paths
        on nodes.dimension = paths.dimension
        and nodes.node = paths.descendant
    where (paths.region is null or nodes.region = paths.region)
        and (paths.fund is null or nodes.fund = paths.fund)
        and (paths.measure is null or nodes.measure = paths.measure)
        and (paths.version is null or nodes.version = paths.version)

),

-- what the same table prints below a parent, at whatever depth
printed_in_block as (

    select
        parents.figure_key as parent_figure_key,
        climbing.tree,
        climbing.dimension,
        climbing.rollup_method,
        climbing.depth,
        climbing.is_exhaustive,
        climbing.figure_key as child_figure_key,
        climbing.child
    from climbing
    inner join nodes as parents
        on climbing.siblings_key = parents.siblings_key
        and climbing.ancestor = parents.node
        and climbing.block_id = parents.block_id
    where climbing.is_closed_block

),

-- only the nearest count: what stands below another printed child is in that child already
hidden as (

    select distinct
        deeper.parent_figure_key,
        deeper.tree,
        deeper.child_figure_key
    from printed_in_block as deeper
    inner join {{ ref('dim_tree_paths') }} as down
        on deeper.tree = down.tree
        and deeper.child = down.descendant
        and deeper.depth > down.depth
    inner join printed_in_block as between_them
        on deeper.parent_figure_key = between_them.parent_figure_key
        and deeper.tree = between_them.tree
        and down.ancestor = between_them.child
    where deeper.depth > 1

),

nearest as (

    select printed_in_block.*
    from printed_in_block
    left join hidden
        on printed_in_block.parent_figure_key = hidden.parent_figure_key
        and printed_in_block.tree = hidden.tree
        and printed_in_block.child_figure_key = hidden.child_figure_key
    where hidden.child_figure_key is null

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
        on climbing.siblings_key = parents.siblings_key
        and climbing.ancestor = parents.node
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
