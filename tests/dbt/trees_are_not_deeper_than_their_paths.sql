-- dim_tree_paths walks so many edges down: an edge below its deepest node would be lost
with deepest as (

    select max(depth) as depth
    from {{ ref('dim_tree_paths') }}

)

select
    paths.tree,
    paths.descendant
from {{ ref('dim_tree_paths') }} as paths
inner join deepest
    on paths.depth = deepest.depth
inner join {{ ref('dim_tree_edges') }} as edges
    on paths.tree = edges.tree
    and paths.descendant = edges.parent
