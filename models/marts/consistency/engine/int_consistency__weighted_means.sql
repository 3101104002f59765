-- one row per printed mean or ratio and tree: what its parts and their weights allow it to be
with splits as (

    select * from {{ ref('int_consistency__splits') }}
    where rollup_method = 'weighted_mean'
        and is_exhaustive

),

figures as (

    select * from {{ ref('int_consistency__figures') }}

),

printed as (

    select * from figures
    where rank_in_scope = 1
        and value is not null

),

children_in_tree as (

    select
        tree,
        parent,
        count(*) as child_count
    from {{ ref('dim_tree_edges') }}
    group by tree, parent

),

-- the weight stands at the child's own address
weights as (

    select
        figures.figure_key,
        {{ key64(['scope_id'] + coordinates() + ['weight_measure']) }} as weight_address_key
    from figures
    inner join (
        select
            measure as weighed_measure,
            weight_measure
        from {{ ref('dim_measures') }}
        where weight_measure is not null
    ) as weighed
        on figures.measure = weighed.weighed_measure

),

parts as (

    select
        splits.parent_figure_key,
        splits.tree,
        splits.dimension,
        splits.reach,
        parents.address_key as parent_address_key,
        children.value,
        children.value_low,
        children.value_high,
        children.scope_id,
        weights.weight_address_key
    from splits
    inner join figures as parents
        on splits.parent_figure_key = parents.figure_key
    inner join figures as children
        on splits.child_figure_key = children.figure_key
    inner join weights
        on splits.child_figure_key = weights.figure_key

),

-- a derived weight may rest on the part that it weighs, but not on the mean that is tested
derived as (

    select
        address_key,
        value,
        value_low,
        value_high,
        origin_1,
        origin_2,
        row_number() over (
            partition by address_key order by value_high - value_low, derivation, origin_1, origin_2
        ) as preference
    from {{ ref('int_consistency__derived') }}

),

weighed as (

    select
        parts.*,
        coalesce(printed.value, derived.value) as weight,
        coalesce(printed.value_low, derived.value_low) as weight_low,
        coalesce(printed.value_high, derived.value_high) as weight_high
    from parts
    left join printed
        on parts.weight_address_key = printed.address_key
    left join derived
        on parts.weight_address_key = derived.address_key
        and derived.preference = 1
        and parts.parent_address_key <> derived.origin_1
        and parts.parent_address_key <> derived.origin_2

),

totals as (

    select
        parent_figure_key,
        tree,
        dimension,
        reach,
        count(*) as printed_count,
        sum(case when value is null or weight is null then 1 else 0 end) as missing_count,
        sum(weight) as weight_sum,
        sum(weight_low) as weight_sum_low,
        sum(cast(weight * value as decimal(28, 8))) as weighed_value,
        sum(cast(weight * value_low as decimal(28, 8))) as weighed_low,
        sum(cast(weight * value_high as decimal(28, 8))) as weighed_high
    from weighed
    group by parent_figure_key, tree, dimension, reach

),

means as (

    select
        *,
        {{ divide('weighed_value', 'weight_sum') }} as mean_value,
        {{ divide('weighed_low', 'weight_sum') }} as mean_low,
        {{ divide('weighed_high', 'weight_sum') }} as mean_high
    from totals
    where missing_count = 0
        and weight_sum_low > 0

),

-- a weight that is off by δ moves the mean by (part − mean) · δ ÷ Σ weights
slack as (

    select
        weighed.parent_figure_key,
        weighed.tree,
        weighed.reach,
        max(means.weight_sum_low) as weight_sum_low,
        sum(
            cast(abs(weighed.value - means.mean_value) as decimal(28, 8))
            * cast((weighed.weight_high - weighed.weight_low) * 0.5 as decimal(28, 8))
        ) as slack_sum
    from weighed
    inner join means
        on weighed.parent_figure_key = means.parent_figure_key
        and weighed.tree = means.tree
        and weighed.reach = means.reach
    -- a counted weight moves nothing
    where weighed.weight_high > weighed.weight_low
    group by weighed.parent_figure_key, weighed.tree, weighed.reach

),

bounded as (

    select
        means.*,
        coalesce({{ divide('slack.slack_sum', 'slack.weight_sum_low') }}, 0) as slack,
        row_number() over (
            partition by means.parent_figure_key, means.tree order by case means.reach when 'block' then 1 else 2 end
        ) as preference
    from means
    left join slack
        on means.parent_figure_key = slack.parent_figure_key
        and means.tree = slack.tree
        and means.reach = slack.reach
    inner join figures as parents
        on means.parent_figure_key = parents.figure_key
    left join children_in_tree
        on means.tree = children_in_tree.tree
        and {{ node_of('means.dimension', 'parents') }} = children_in_tree.parent
    where (means.reach = 'block' and means.printed_count >= 2)
        or means.printed_count = children_in_tree.child_count

)

select
    parent_figure_key as figure_key,
    tree,
    dimension,
    reach,
    printed_count,
    mean_value as other_value,
    cast(mean_low - slack as decimal(28, 8)) as other_low,
    cast(mean_high + slack as decimal(28, 8)) as other_high
from bounded
where preference = 1
