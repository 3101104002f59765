-- every edge of every tree; the indicators of a performance review are a tree of items, one for each object
select
    edges.tree,
    trees.dimension,
    edges.parent,
    edges.child,
    edges.position,
    edges.is_exhaustive
from {{ ref('tree_edges') }} as edges
inner join {{ ref('trees') }} as trees
    on edges.tree = trees.tree

union all

select
    'indicators' as tree,
    'item' as dimension,
    parent,
    indicator as child,
    position,
    true as is_exhaustive
from {{ ref('dim_indicators') }}
where parent is not null
