-- A change is computed before rounding. Where an operand is printed more coarsely than the change, and a formula over other figures
-- tells its value more closely, the change must hold for that value too: 59.9% against "57%", which amounts and visits put at 57.41%.
-- One row per change and such operand. Operands of that formula are never changes, so nothing is tested against itself.
with formulas as (

    select * from {{ ref('int_consistency__formulas') }}
    where other_value is not null

),

figures as (

    select * from {{ ref('int_consistency__figures') }}

),

coarse as (

    select
        operands.figure_key,
        operands.definition,
        operands.part,
        operands.term_no,
        operands.coefficient,
        operands.operand_figure_key,
        operands.value,
        operands.value_low,
        operands.value_high
    from {{ ref('int_consistency__operands') }} as operands
    inner join figures as changes
        on operands.figure_key = changes.figure_key
        and changes.measure_kind = 'change'
    inner join {{ ref('int_consistency__definitions') }} as definitions
        on operands.definition = definitions.definition
        and definitions.form = 'sum'
    inner join figures as operand_figures
        on operands.operand_figure_key = operand_figures.figure_key
        and operand_figures.measure_kind <> 'change'
    where operands.value_high - operands.value_low > changes.value_high - changes.value_low

),

-- the closest of several formulas, where it agrees with what is printed and at least halves its interval
closer as (

    select
        coarse.*,
        formulas.other_value as closer_value,
        greatest(formulas.other_low, coarse.value_low) as closer_low,
        least(formulas.other_high, coarse.value_high) as closer_high,
        row_number() over (
            partition by coarse.figure_key, coarse.definition, coarse.part, coarse.term_no
            order by formulas.other_high - formulas.other_low, formulas.definition
        ) as preference
    from coarse
    inner join formulas
        on coarse.operand_figure_key = formulas.figure_key
    where formulas.other_low < coarse.value_high
        and formulas.other_high > coarse.value_low
        and 2 * (formulas.other_high - formulas.other_low) <= coarse.value_high - coarse.value_low

)

select
    figure_key,
    definition,
    part,
    term_no,
    closer_value,
    -- how far the allowed interval moves in from each side
    coefficient * (closer_value - value) as value_shift,
    case when coefficient < 0 then coefficient * (closer_high - value_high) else coefficient * (closer_low - value_low) end as low_shift,
    case when coefficient < 0 then coefficient * (closer_low - value_low) else coefficient * (closer_high - value_high) end as high_shift
from closer
where preference = 1
