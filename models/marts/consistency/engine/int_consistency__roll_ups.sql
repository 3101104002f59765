-- one row per parent figure and tree: what its children allow it to be

with splits as (

    select * from {{ ref('int_consistency__splits') }}
    where rollup_method = 'sum'

),

figures as (

    select * from {{ ref('int_consistency__figures') }}

),

children_in_tree as (

    select
        tree,
        parent,
        count(*) as child_count
    from {{ ref('dim_tree_edges') }}
    where not is_optional
    group by tree, parent

),

summed as (

    select
        splits.parent_figure_key,
        splits.tree,
        splits.dimension,
        splits.reach,
        count(*) as printed_count,
        sum(case when splits.is_optional then 0 else 1 end) as required_count,
        min(case when splits.is_exhaustive then 1 else 0 end) = 1 as is_exhaustive,
        count(*) - count(children.value) as missing_count,
        min(case when children.value_low < 0 then 0 else 1 end) = 1 as is_non_negative,
        sum(children.value) as sum_value,
        sum(children.value_low) as sum_low,
        sum(children.value_high) as sum_high
    from splits
    inner join figures as children
        on splits.child_figure_key = children.figure_key
    group by splits.parent_figure_key, splits.tree, splits.dimension, splits.reach

),

judged_by as (

    select
        summed.*,
        -- the table is closed and shows a split, not one child of several
        summed.reach = 'block' and summed.is_exhaustive and summed.printed_count >= 2 as is_table_split,
        -- every child is printed somewhere
        summed.reach = 'scope'
        and summed.is_exhaustive
        and summed.required_count = children_in_tree.child_count as is_full_split
    from summed
    inner join figures as parents
        on summed.parent_figure_key = parents.figure_key
    left join children_in_tree
        on summed.tree = children_in_tree.tree
        and {{ node_of('summed.dimension', 'parents') }} = children_in_tree.parent

),

-- the best evidence for each parent and tree: its own table, then all children, then a bound
ranked as (

    select
        *,
        row_number() over (
            partition by parent_figure_key, tree
            order by
                case when is_table_split then 1 when is_full_split then 2 else 3 end,
                case reach when 'block' then 1 else 2 end
        ) as preference
    from judged_by

)

select
    parents.figure_key,
    ranked.tree,
    ranked.dimension,
    ranked.reach,
    case when ranked.is_table_split or ranked.is_full_split then 'roll_up' else 'bound' end as family,
    ranked.printed_count,
    case when ranked.missing_count = 0 then ranked.sum_value end as other_value,
    case when ranked.missing_count = 0 then ranked.sum_low end as other_low,
    case when ranked.missing_count = 0 then ranked.sum_high end as other_high,
    -- what is not printed may be negative in a balance or a change: no bound there
    ranked.is_non_negative and parents.measure_kind not in ('balance', 'change') as is_non_negative
from ranked
inner join figures as parents
    on ranked.parent_figure_key = parents.figure_key
where ranked.preference = 1
