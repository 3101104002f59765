-- one row per part of a mean or ratio and tree: the part, and the weight that is printed or derived for it
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

-- the weight stands at the child's own address
weights as (

    select
        figures.figure_key,
        weighed.weight_measure,
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
        splits.child_figure_key,
        splits.tree,
        splits.dimension,
        splits.reach,
        splits.is_optional,
        parents.address_key as parent_address_key,
        children.value,
        children.value_low,
        children.value_high,
        children.scope_id,
        weights.weight_measure,
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
        derivation,
        value,
        value_low,
        value_high,
        base_value,
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
        printed.figure_key as weight_figure_key,
        case
            when printed.figure_key is not null then 'printed'
            when derived.value is not null then derived.derivation
            else 'missing'
        end as weight_origin,
        coalesce(printed.value, derived.value) as weight,
        coalesce(printed.value_low, derived.value_low) as weight_low,
        coalesce(printed.value_high, derived.value_high) as weight_high,
        -- a mean of 0 over visits that took place contradicts itself, and so does what is derived from it
        parts.value = 0
        and coalesce(printed.value, derived.base_value, derived.value) > 0 as is_mean_of_nothing
    from parts
    left join printed
        on parts.weight_address_key = printed.address_key
    left join derived
        on parts.weight_address_key = derived.address_key
        and derived.preference = 1
        and parts.parent_address_key <> coalesce(derived.origin_1, 0)
        and parts.parent_address_key <> coalesce(derived.origin_2, 0)

)

select
    {{ key64(['parent_figure_key', 'tree', 'reach']) }} as mean_key,
    parent_figure_key,
    tree,
    dimension,
    reach,
    is_optional,
    child_figure_key,
    weight_figure_key,
    weight_measure,
    weight_origin,
    value,
    value_low,
    value_high,
    weight,
    weight_low,
    weight_high,
    is_mean_of_nothing
from weighed
