-- one row per printed figure, definition and term: the operand that was found for it, and where
with terms as (

    select * from {{ ref('int_consistency__term_addresses') }}

),

figures as (

    select
        figure_key,
        scope_id,
        block_id,
        address_key,
        value,
        value_low,
        value_high,
        rank_in_block,
        rank_in_scope
    from {{ ref('int_consistency__figures') }}
    where value is not null

),

-- of several ways to derive an address the tightest counts
derived as (

    select
        terms.figure_key,
        terms.definition,
        terms.part,
        terms.term_no,
        derived.value,
        derived.value_low,
        derived.value_high,
        derived.derivation,
        row_number() over (
            partition by terms.figure_key, terms.definition, terms.part, terms.term_no
            order by derived.value_high - derived.value_low, derived.derivation, derived.origin_1, derived.origin_2
        ) as preference
    from terms
    inner join {{ ref('int_consistency__derived') }} as derived
        on terms.address_key = derived.address_key
    left join {{ ref('int_consistency__members') }} as parts
        on derived.address_key = parts.parent_address_key
        and case when derived.derivation = 'add_up' then terms.target_address_key end = parts.child_address_key
    where terms.target_address_key <> coalesce(derived.origin_1, 0)
        and terms.target_address_key <> coalesce(derived.origin_2, 0)
        and parts.parent_address_key is null

),

-- the same block first, then anywhere in the scope, then what can be derived
found as (

    select
        terms.*,
        coalesce(in_block.figure_key, in_scope.figure_key) as operand_figure_key,
        case
            when in_block.figure_key is not null then 'block'
            when in_scope.figure_key is not null then 'scope'
            when derived.figure_key is not null then derived.derivation
        end as found_in,
        coalesce(in_block.value, in_scope.value, derived.value) as value,
        coalesce(in_block.value_low, in_scope.value_low, derived.value_low) as value_low,
        coalesce(in_block.value_high, in_scope.value_high, derived.value_high) as value_high
    from terms
    left join figures as in_block
        on terms.block_id = in_block.block_id
        and terms.address_key = in_block.address_key
        and in_block.rank_in_block = 1
    left join figures as in_scope
        on terms.address_key = in_scope.address_key
        and in_scope.rank_in_scope = 1
    left join derived
        on terms.figure_key = derived.figure_key
        and terms.definition = derived.definition
        and terms.part = derived.part
        and terms.term_no = derived.term_no
        and derived.preference = 1

)

select
    figure_key,
    definition,
    part,
    term_no,
    coefficient,
    measure,
    period,
    address_key,
    operand_figure_key,
    found_in,
    value,
    value_low,
    value_high
from found
