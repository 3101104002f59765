-- one row per parent address and tree: the sum of its children, all of which are printed
select
    parent_address_key,
    tree,
    -- a hash of the address alone: the same child, however the figures are numbered
    min(child_address_key) as first_child_address_key,
    count(*) as child_count,
    cast(sum(value) as decimal(28, 8)) as value,
    cast(sum(value_low) as decimal(28, 8)) as value_low,
    cast(sum(value_high) as decimal(28, 8)) as value_high
from {{ ref('int_consistency__members') }}
group by parent_address_key, tree
having count(value) = count(*)
