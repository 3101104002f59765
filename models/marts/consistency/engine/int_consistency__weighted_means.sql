-- one row per printed mean or ratio and tree: what its parts and their weights allow it to be
with weighed as (

    select * from {{ ref('int_consistency__weights') }}

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

totals as (

    select
        mean_key,
        min(parent_figure_key) as parent_figure_key,
        min(tree) as tree,
        min(dimension) as dimension,
        min(reach) as reach,
        count(*) as printed_count,
        sum(case when is_optional then 0 else 1 end) as required_count,
        sum(case when value is null or weight is null then 1 else 0 end) as missing_count,
        sum(weight) as weight_sum,
        sum(weight_low) as weight_sum_low,
        sum(weight * value) as weighed_value,
        sum(weight * value_low) as weighed_low,
        sum(weight * value_high) as weighed_high
    from weighed
    group by mean_key

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

-- A weight that is off by δ moves the mean by (part − mean) · δ ÷ Σ weights; a derived weight lies nearer to one of its ends.
slack as (

    select
        weighed.mean_key,
        max(means.weight_sum_low) as weight_sum_low,
        sum(
            greatest(
                abs(weighed.value - means.mean_value),
                abs(weighed.value_low - means.mean_low),
                abs(weighed.value_high - means.mean_high)
            ) * greatest(weighed.weight_high - weighed.weight, weighed.weight - weighed.weight_low)
        ) as slack_sum
    from weighed
    inner join means
        on weighed.mean_key = means.mean_key
    -- a counted weight moves nothing
    where weighed.weight_high > weighed.weight_low
    group by weighed.mean_key

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
        on means.mean_key = slack.mean_key
    inner join figures as parents
        on means.parent_figure_key = parents.figure_key
    left join children_in_tree
        on means.tree = children_in_tree.tree
        and {{ node_of('means.dimension', 'parents') }} = children_in_tree.parent
    where (means.reach = 'block' and means.printed_count >= 2)
        or means.required_count = children_in_tree.child_count

)

select
    parent_figure_key as figure_key,
    tree,
    dimension,
    reach,
    printed_count,
    mean_value as other_value,
    -- outward by the last decimal, so that the rounding of a quotient makes no two ends meet
    cast(mean_low - slack - 0.00000001 as decimal(28, 8)) as other_low,
    cast(mean_high + slack + 0.00000001 as decimal(28, 8)) as other_high
from bounded
where preference = 1
