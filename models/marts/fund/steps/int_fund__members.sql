-- whose ledgers a region's statement adds up: its own, and those of the divisions that the region tree has below it
select
    region,
    region as member,
    false as is_below
from {{ ref('dim_regions') }}

union all

select
    parent as region,
    child as member,
    true as is_below
from {{ ref('dim_tree_edges') }}
where dimension = 'region'
    and not is_optional
