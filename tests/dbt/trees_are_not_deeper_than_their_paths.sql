-- dim_tree_paths walks so many edges down: an edge below its deepest node would be lost
select
    deepest.tree,
    deepest.descendant
from {{ ref('dim_tree_paths') }} as deepest
inner join {{ ref('dim_tree_edges') }} as edges
    on deepest.tree = edges.tree
    and deepest.descendant = edges.parent
where deepest.depth = (
    select max(paths.depth)
    from {{ ref('dim_tree_paths') }} as paths
)
