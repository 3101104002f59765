{#- Trees are at most this deep below a node; a test on the edges fails if one grows deeper. -#}
{% set max_depth = 5 %}

with edges as (

    select * from {{ ref('dim_tree_edges') }}

),

-- portable: a chain of joins instead of a recursion
depth_1 as (

    select
        tree,
        dimension,
        parent as ancestor,
        child as descendant,
        1 as depth,
        is_exhaustive,
        is_optional
    from edges

),

{% for depth in range(2, max_depth + 1) %}
depth_{{ depth }} as (

    select
        above.tree,
        above.dimension,
        above.ancestor,
        edges.child as descendant,
        {{ depth }} as depth,
        above.is_exhaustive and edges.is_exhaustive as is_exhaustive,
        edges.is_optional
    from depth_{{ depth - 1 }} as above
    inner join edges
        on above.tree = edges.tree
        and above.descendant = edges.parent

),

{% endfor %}
paths as (

    {% for depth in range(1, max_depth + 1) %}
    select * from depth_{{ depth }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    tree,
    dimension,
    ancestor,
    descendant,
    depth,
    is_exhaustive,
    is_optional
from paths
