-- one row per parent figure, tree and figure below it that is printed in the same block, or anywhere in the scope

with nodes as (

    select * from {{ ref('int_consistency__nodes') }}

),

-- every path of every tree, once for each scope in which the tree holds, under a number
paths as (

    select
        row_number() over (
            order by paths.tree, paths.ancestor, paths.descendant, scopes.region, scopes.fund, scopes.measure, scopes.version
        ) as path_no,
        paths.tree,
        paths.dimension,
        paths.ancestor,
        paths.descendant,
        paths.depth,
        paths.is_exhaustive,
        paths.is_optional,
        scopes.region,
        scopes.fund,
        scopes.measure,
        scopes.version
    from {{ ref('dim_tree_paths') }} as paths
    inner join {{ ref('tree_scopes') }} as scopes
        on paths.tree = scopes.tree

),

-- a figure and the nodes above it, where the tree holds for it; keys only, because there are many
climbing as (

    select
        nodes.figure_key,
        nodes.rollup_method,
        paths.path_no,
        nodes.is_closed_block,
        paths.depth = 1 and nodes.rank_in_scope = 1 as speaks_in_scope,
        nodes.siblings_in_block_key,
        {{ key64(['nodes.siblings_in_block_key', 'paths.ancestor']) }} as above_in_block_key,
        {{ key64(['nodes.siblings_key', 'paths.ancestor']) }} as above_in_scope_key
    from nodes
    inner join paths
        on nodes.dimension = paths.dimension
        and nodes.node = paths.descendant
    where (paths.region is null or nodes.region = paths.region)
        and (paths.fund is null or nodes.fund = paths.fund)
        and (paths.measure is null or nodes.measure = paths.measure)
        and (paths.version is null or nodes.version = paths.version)
        and (nodes.is_closed_block or (paths.depth = 1 and nodes.rank_in_scope = 1))

),

-- the nodes that stand between the ends of a path, and are printed at all
printed_nodes as (

    select distinct
        dimension,
        node
    from nodes

),

between_them as (

    select
        above.path_no,
        middle.descendant as node
    from paths as above
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

),

-- only the nearest count: what stands below another printed child is in that child already
hidden as (

    select distinct
        climbing.figure_key,
        climbing.path_no
    from climbing
    inner join between_them
        on climbing.path_no = between_them.path_no
    inner join nodes
        on nodes.node_in_block_key = {{ key64(['climbing.siblings_in_block_key', 'between_them.node']) }}
    where climbing.is_closed_block

),

-- what the same table prints below a parent, at whatever depth
nearest as (

    select
        parents.figure_key as parent_figure_key,
        climbing.path_no,
        climbing.rollup_method,
        climbing.figure_key as child_figure_key
    from climbing
    inner join nodes as parents
        on climbing.above_in_block_key = parents.node_in_block_key
    left join hidden
        on climbing.figure_key = hidden.figure_key
        and climbing.path_no = hidden.path_no
    where climbing.is_closed_block
        and hidden.figure_key is null

),

nearest_in_tree as (

    select
        nearest.*,
        paths.tree,
        paths.dimension,
        paths.is_exhaustive,
        paths.is_optional
    from nearest
    inner join paths
        on nearest.path_no = paths.path_no

),

-- what its own table splits whole needs no other evidence
split_in_block as (

    select
        parent_figure_key,
        tree
    from nearest_in_tree
    group by parent_figure_key, tree
    having count(*) >= 2
        and min(case when is_exhaustive then 1 else 0 end) = 1

),

-- Outside tables nothing may be taken for zero: the direct children, wherever they are printed.
printed_in_scope as (

    select
        parents.figure_key as parent_figure_key,
        paths.tree,
        paths.dimension,
        climbing.rollup_method,
        paths.is_exhaustive,
        paths.is_optional,
        climbing.figure_key as child_figure_key
    from climbing
    inner join nodes as parents
        on climbing.above_in_scope_key = parents.node_in_scope_key
    inner join paths
        on climbing.path_no = paths.path_no
    left join split_in_block
        on parents.figure_key = split_in_block.parent_figure_key
        and paths.tree = split_in_block.tree
    where climbing.speaks_in_scope
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
    is_exhaustive,
    is_optional
from nearest_in_tree

union all

select
    parent_figure_key,
    tree,
    dimension,
    rollup_method,
    'scope' as reach,
    child_figure_key,
    is_exhaustive,
    is_optional
from printed_in_scope
