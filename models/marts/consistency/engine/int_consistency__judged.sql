-- every check of every family, judged: the printed interval against the interval that the other figures allow
with recomputed as (

    select
        figure_key,
        definition,
        sum(value_shift) as value_shift,
        sum(low_shift) as low_shift,
        sum(high_shift) as high_shift
    from {{ ref('int_consistency__recomputed') }}
    group by figure_key, definition

),

evidence as (

    select
        figure_key,
        family,
        tree as rule_id,
        reach,
        printed_count as term_count,
        other_value,
        other_low,
        other_high,
        cast(null as decimal(28, 8)) as own_value,
        cast(null as decimal(28, 8)) as own_low,
        cast(null as decimal(28, 8)) as own_high
    from {{ ref('int_consistency__roll_ups') }}
    where family = 'roll_up' or is_non_negative

    union all

    select
        figure_key,
        'weighted_mean' as family,
        tree as rule_id,
        reach,
        printed_count as term_count,
        other_value,
        other_low,
        other_high,
        null as own_value,
        null as own_low,
        null as own_high
    from {{ ref('int_consistency__weighted_means') }}

    union all

    select
        figure_key,
        'formula' as family,
        definition as rule_id,
        cast(null as {{ dbt.type_string() }}) as reach,
        cast(null as {{ dbt.type_bigint() }}) as term_count,
        other_value,
        other_low,
        other_high,
        null as own_value,
        null as own_low,
        null as own_high
    from {{ ref('int_consistency__formulas') }}

    union all

    select
        formulas.figure_key,
        'formula' as family,
        formulas.definition as rule_id,
        'recomputed' as reach,
        cast(null as {{ dbt.type_bigint() }}) as term_count,
        formulas.other_value + recomputed.value_shift as other_value,
        formulas.other_low + recomputed.low_shift as other_low,
        formulas.other_high + recomputed.high_shift as other_high,
        null as own_value,
        null as own_low,
        null as own_high
    from {{ ref('int_consistency__formulas') }} as formulas
    inner join recomputed
        on formulas.figure_key = recomputed.figure_key
        and formulas.definition = recomputed.definition
    where formulas.other_value is not null

    union all

    select
        figure_key,
        'agreement' as family,
        'same_address' as rule_id,
        cast(null as {{ dbt.type_string() }}) as reach,
        cast(1 as {{ dbt.type_bigint() }}) as term_count,
        other_value,
        other_low,
        other_high,
        null as own_value,
        null as own_low,
        null as own_high
    from {{ ref('int_consistency__agreements') }}

    union all

    select
        figure_key,
        'agreement' as family,
        first_tree || ' = ' || second_tree as rule_id,
        cast(null as {{ dbt.type_string() }}) as reach,
        term_count,
        other_value,
        other_low,
        other_high,
        value as own_value,
        value_low as own_low,
        value_high as own_high
    from {{ ref('int_consistency__tree_pairs') }}

),

-- what is tested: the printed figure, or the sum over a tree
tested as (

    select
        evidence.*,
        coalesce(evidence.own_value, figures.value) as value,
        coalesce(evidence.own_low, figures.value_low) as value_low,
        coalesce(evidence.own_high, figures.value_high) as value_high
    from evidence
    inner join {{ ref('int_consistency__figures') }} as figures
        on evidence.figure_key = figures.figure_key

)

select
    tested.figure_key,
    tested.family,
    tested.rule_id,
    tested.reach,
    tested.term_count,
    tested.value,
    tested.value_low,
    tested.value_high,
    cast(tested.other_value as decimal(28, 8)) as other_value,
    cast(tested.other_low as decimal(28, 8)) as allowed_low,
    cast(case when tested.family <> 'bound' then tested.other_high end as decimal(28, 8)) as allowed_high,
    case
        -- children that are not all printed only bound their parent
        when tested.family = 'bound'
            then case
                    when tested.value is null or tested.other_value is null then 'undecidable'
                    when tested.other_value <= tested.value then 'consistent'
                    when tested.other_low <= tested.value_high then 'rounding'
                    else 'inconsistent'
                end
        else {{ judge(
            'tested.value', 'tested.value_low', 'tested.value_high',
            'tested.other_value', 'tested.other_low', 'tested.other_high'
        ) }}
    end as status
from tested
