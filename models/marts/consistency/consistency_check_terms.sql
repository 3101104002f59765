with checks as (

    select
        check_id,
        figure_key,
        family,
        rule_id,
        reach
    from {{ ref('int_consistency__identified') }}

),

terms as (

    -- the figure that is tested
    select
        check_id,
        'target' as role,
        0 as term_no,
        figure_key as term_figure_key,
        cast(null as {{ dbt.type_string() }}) as term_measure,
        cast(null as {{ dbt.type_string() }}) as term_period,
        cast(1 as decimal(9, 4)) as coefficient,
        'printed' as origin,
        cast(null as decimal(28, 8)) as derived_value
    from checks

    union all

    -- the operands of a formula, found or missing
    select
        checks.check_id,
        operands.part as role,
        operands.term_no,
        operands.operand_figure_key,
        operands.measure,
        operands.period,
        operands.coefficient,
        case
            when operands.value is null then 'missing'
            when operands.operand_figure_key is null then operands.found_in
            when recomputed.closer_value is not null then 'recomputed'
            else 'printed'
        end as origin,
        coalesce(recomputed.closer_value, operands.value) as derived_value
    from checks
    inner join {{ ref('int_consistency__operands') }} as operands
        on checks.figure_key = operands.figure_key
        and checks.rule_id = operands.definition
    left join {{ ref('int_consistency__recomputed') }} as recomputed
        on case when checks.reach = 'recomputed' then operands.figure_key end = recomputed.figure_key
        and operands.definition = recomputed.definition
        and operands.part = recomputed.part
        and operands.term_no = recomputed.term_no
    where checks.family = 'formula'

    union all

    -- the children of a roll-up, a bound or a weighted mean
    select
        checks.check_id,
        'child' as role,
        children.figure_no as term_no,
        splits.child_figure_key,
        cast(null as {{ dbt.type_string() }}) as term_measure,
        cast(null as {{ dbt.type_string() }}) as term_period,
        cast(1 as decimal(9, 4)) as coefficient,
        'printed' as origin,
        cast(null as decimal(28, 8)) as derived_value
    from checks
    inner join {{ ref('int_consistency__splits') }} as splits
        on checks.figure_key = splits.parent_figure_key
        and checks.rule_id = splits.tree
        and checks.reach = splits.reach
    inner join {{ ref('int_consistency__figures') }} as children
        on splits.child_figure_key = children.figure_key
    where checks.family in ('roll_up', 'bound', 'weighted_mean')

    union all

    -- what weighs each part of a weighted mean
    select
        checks.check_id,
        'weight' as role,
        children.figure_no as term_no,
        weights.weight_figure_key,
        weights.weight_measure as term_measure,
        children.period as term_period,
        cast(1 as decimal(9, 4)) as coefficient,
        weights.weight_origin as origin,
        weights.weight as derived_value
    from checks
    inner join {{ ref('int_consistency__weights') }} as weights
        on checks.figure_key = weights.parent_figure_key
        and checks.rule_id = weights.tree
        and checks.reach = weights.reach
    inner join {{ ref('int_consistency__figures') }} as children
        on weights.child_figure_key = children.figure_key
    where checks.family = 'weighted_mean'

    union all

    -- the children over two trees of one total, whose sums should agree
    select
        checks.check_id,
        case when members.tree = pairs.first_tree then 'child' else 'other' end as role,
        members.figure_no as term_no,
        members.child_figure_key,
        cast(null as {{ dbt.type_string() }}) as term_measure,
        cast(null as {{ dbt.type_string() }}) as term_period,
        cast(1 as decimal(9, 4)) as coefficient,
        'printed' as origin,
        cast(null as decimal(28, 8)) as derived_value
    from checks
    inner join {{ ref('int_consistency__tree_pairs') }} as pairs
        on checks.figure_key = pairs.figure_key
        and checks.rule_id = pairs.first_tree || ' = ' || pairs.second_tree
    inner join {{ ref('int_consistency__members') }} as members
        on pairs.parent_address_key = members.parent_address_key
        and members.tree in (pairs.first_tree, pairs.second_tree)
    where checks.family = 'agreement'

    union all

    -- the printing that the figure should agree with
    select
        checks.check_id,
        'other' as role,
        1 as term_no,
        agreements.other_figure_key,
        cast(null as {{ dbt.type_string() }}) as term_measure,
        cast(null as {{ dbt.type_string() }}) as term_period,
        cast(1 as decimal(9, 4)) as coefficient,
        'printed' as origin,
        cast(null as decimal(28, 8)) as derived_value
    from checks
    inner join {{ ref('int_consistency__agreements') }} as agreements
        on checks.figure_key = agreements.figure_key
    where checks.rule_id = 'same_address'

)

select
    terms.check_id,
    terms.role,
    cast(terms.term_no as integer) as term_no,
    terms.coefficient,
    terms.origin,
    coalesce(figures.measure, terms.term_measure) as measure,
    coalesce(figures.period, terms.term_period) as period,
    case when terms.origin = 'printed' then figures.value else terms.derived_value end as value,
    figures.figure_id,
    figures.document_id,
    figures.section,
    figures.table_id,
    figures.row_label,
    figures.column_label,
    figures.document_line,
    figures.printed_value,
    figures.printed_unit
from terms
left join {{ ref('int_consistency__input') }} as figures
    on terms.term_figure_key = {{ key64(['figure_id'], 'figures') }}
