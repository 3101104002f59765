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

-- a parent and the paths down from it, where the tree holds for it
parents as (

    select
        nodes.figure_id,
        nodes.block_id,
        nodes.scope_id,
        nodes.is_closed_block,
        nodes.rank_in_scope,
        nodes.rollup_method,
        nodes.siblings_id,
        paths.tree,
        paths.dimension,
        paths.descendant,
        paths.depth,
        paths.is_exhaustive
    from nodes
    inner join paths
        on nodes.dimension = paths.dimension
        and nodes.node = paths.ancestor
        and nodes.region = coalesce(paths.region, nodes.region)
        and nodes.fund = coalesce(paths.fund, nodes.fund)
        and nodes.measure = coalesce(paths.measure, nodes.measure)
        and nodes.version = coalesce(paths.version, nodes.version)

),

-- what the same table prints below it, at whatever depth
printed_in_block as (

    select
        parents.figure_id as parent_figure_id,
        parents.tree,
        parents.dimension,
        parents.rollup_method,
        parents.depth,
        parents.is_exhaustive,
        children.figure_id as child_figure_id,
        children.node as child
    from parents
    inner join nodes as children
        on parents.block_id = children.block_id
        and parents.dimension = children.dimension
        and parents.siblings_id = children.siblings_id
        and parents.descendant = children.node
    where parents.is_closed_block

),

-- only the nearest count: what stands below another printed child is in that child already
nearest as (

    select printed_in_block.*
    from printed_in_block
    left join (
        select
            deeper.parent_figure_id,
            deeper.tree,
            deeper.child_figure_id
        from printed_in_block as deeper
        inner join printed_in_block as between_them
            on deeper.parent_figure_id = between_them.parent_figure_id
            and deeper.tree = between_them.tree
            and deeper.depth > between_them.depth
        inner join {{ ref('dim_tree_paths') }} as down
            on between_them.tree = down.tree
            and between_them.child = down.ancestor
            and deeper.child = down.descendant
    ) as hidden
        on printed_in_block.parent_figure_id = hidden.parent_figure_id
        and printed_in_block.tree = hidden.tree
        and printed_in_block.child_figure_id = hidden.child_figure_id
    where hidden.child_figure_id is null

),

-- Outside tables nothing may be taken for zero: the direct children, wherever they are printed, and how many there are.
printed_in_scope as (

    select
        parents.figure_id as parent_figure_id,
        parents.tree,
        parents.dimension,
        parents.rollup_method,
        parents.is_exhaustive,
        children.figure_id as child_figure_id
    from parents
    inner join nodes as children
        on parents.scope_id = children.scope_id
        and parents.dimension = children.dimension
        and parents.siblings_id = children.siblings_id
        and parents.descendant = children.node
        and children.rank_in_scope = 1
    where parents.depth = 1
        and parents.rank_in_scope = 1

)

select
    parent_figure_id,
    tree,
    dimension,
    rollup_method,
    'block' as reach,
    child_figure_id,
    is_exhaustive
from nearest

union all

select
    parent_figure_id,
    tree,
    dimension,
    rollup_method,
    'scope' as reach,
    child_figure_id,
    is_exhaustive
from printed_in_scope
