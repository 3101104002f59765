-- Every edge of every tree; the indicators of a performance review are a tree of items, one for each object. What no code map and no
-- tree knows is counted as `unmapped`: where there is any, it is a part of the whole.
select
    edges.tree,
    trees.dimension,
    edges.parent,
    edges.child,
    edges.position,
    edges.is_exhaustive,
    edges.is_optional
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
    true as is_exhaustive,
    false as is_optional
from {{ ref('dim_indicators') }}
where parent is not null

union all

select distinct
    edges.tree,
    trees.dimension,
    edges.parent,
    'unmapped' as child,
    999 as position,
    true as is_exhaustive,
    true as is_optional
from {{ ref('tree_edges') }} as edges
inner join {{ ref('trees') }} as trees
    on edges.tree = trees.tree
where edges.parent = 'all'
    and trees.dimension in ('fund', 'benefit_category', 'care_area', 'institution_level', 'institution')
