-- the settlement areas of a pooling area, in the order of its tree
select
    parent as region,
    child as area,
    position
from {{ ref('dim_tree_edges') }}
where dimension = 'region'
