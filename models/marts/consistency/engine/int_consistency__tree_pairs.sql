-- Two trees over the same total agree with each other, whether the total is printed or not: by care area and by level.
-- The check stands at the total where it is printed, else at a child of the first tree.
with sums as (

    select * from {{ ref('int_consistency__sums') }}

),

printed as (

    select
        address_key,
        figure_key
    from {{ ref('int_consistency__figures') }}
    where rank_in_scope = 1

)

select
    coalesce(printed.figure_key, children.figure_key) as figure_key,
    first_tree.parent_address_key,
    first_tree.tree as first_tree,
    second_tree.tree as second_tree,
    first_tree.child_count + second_tree.child_count as term_count,
    first_tree.value,
    first_tree.value_low,
    first_tree.value_high,
    second_tree.value as other_value,
    second_tree.value_low as other_low,
    second_tree.value_high as other_high
from sums as first_tree
inner join sums as second_tree
    on first_tree.parent_address_key = second_tree.parent_address_key
    and first_tree.tree < second_tree.tree
left join printed
    on first_tree.parent_address_key = printed.address_key
left join printed as children
    on first_tree.first_child_address_key = children.address_key
