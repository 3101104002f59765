-- one row per printed figure and definition: the interval that the operands allow it

with operands as (

    select * from {{ ref('int_consistency__operands') }}

),

definitions as (

    select * from {{ ref('int_consistency__definitions') }}

),

-- a sum takes its terms with their coefficients; a coefficient below 0 turns the interval round
weighed as (

    select
        *,
        coefficient * value as term_value,
        case when coefficient < 0 then coefficient * value_high else coefficient * value_low end as term_low,
        case when coefficient < 0 then coefficient * value_low else coefficient * value_high end as term_high
    from operands

),

{% set factors = [1, 2, 3] %}
parts as (

    select
        figure_key,
        definition,
        part,
        count(*) - count(value) as missing_count,
        min(case when value_low < 0 then 0 else 1 end) = 1 as is_non_negative,
        {% for bound in ['value', 'low', 'high'] %}
        {% set operand = 'value' if bound == 'value' else 'value_' ~ bound %}
        cast(sum(term_{{ bound }}) as decimal(28, 8)) as sum_{{ bound }},
        {% for factor in factors %}
        max(case when term_no = {{ factor }} then {{ operand }} end) as factor_{{ factor }}_{{ bound }},
        {% endfor %}
        {% endfor %}
        count(*) as term_count
    from weighed
    group by figure_key, definition, part

),

-- a product is taken factor by factor, each step cast back so that no engine runs out of digits
multiplied as (

    select
        parts.figure_key,
        parts.definition,
        parts.part,
        {% for bound in ['value', 'low', 'high'] %}
        case
            when definitions.form <> 'product' or parts.part <> 'numerator' then parts.sum_{{ bound }}
            when parts.is_non_negative
                then cast(
                        cast(parts.factor_1_{{ bound }} * coalesce(parts.factor_2_{{ bound }}, 1) as decimal(28, 8))
                        * coalesce(parts.factor_3_{{ bound }}, 1) as decimal(28, 8)
                    )
        end as part_{{ bound }},
        {% endfor %}
        parts.missing_count
    from parts
    inner join definitions
        on parts.definition = definitions.definition

),

joined as (

    select
        numerators.figure_key,
        numerators.definition,
        definitions.scale,
        definitions.constant,
        definitions.when_base_is_zero,
        denominators.figure_key is not null as has_denominator,
        numerators.missing_count + coalesce(denominators.missing_count, 0) as missing_count,
        numerators.part_value as n_value,
        numerators.part_low as n_low,
        numerators.part_high as n_high,
        case when denominators.figure_key is null then 1 else denominators.part_value end as d_value,
        case when denominators.figure_key is null then 1 else denominators.part_low end as d_low,
        case when denominators.figure_key is null then 1 else denominators.part_high end as d_high
    from multiplied as numerators
    inner join definitions
        on numerators.definition = definitions.definition
    left join multiplied as denominators
        on numerators.figure_key = denominators.figure_key
        and numerators.definition = denominators.definition
        and denominators.part = 'denominator'
    where numerators.part = 'numerator'

),

-- A denominator whose interval holds zero decides nothing, unless it is exactly zero: then the documents print 100 for a growth
-- from nothing, and 0 for a mean or ratio of nothing.
bounded as (

    select
        *,
        case
            when missing_count > 0 then 'undecidable'
            when d_low > 0 then 'quotient'
            when d_low = 0 and d_high = 0 and n_low > 0 and when_base_is_zero = 'hundred' then 'from nothing'
            when d_low = 0 and d_high = 0 and n_high = 0 then 'of nothing'
            else 'undecidable'
        end as outcome,
        -- a quotient is rounded to 8 decimals; its bounds go outward by as much, so that rounding makes no two ends meet
        case when has_denominator then cast(0.00000001 as decimal(28, 8)) else 0 end as outward
    from joined

)

select
    figure_key,
    definition,
    missing_count,
    {{ outcome_value('n_value', 'd_value') }} as other_value,
    {{ outcome_value('n_low', 'case when n_low >= 0 then d_high else d_low end', '- outward') }} as other_low,
    {{ outcome_value('n_high', 'case when n_high >= 0 then d_low else d_high end', '+ outward') }} as other_high
from bounded
