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

parts as (

    select
        figure_key,
        definition,
        count(*) - count(value) as missing_count,
        count(case when part = 'denominator' then 1 end) > 0 as has_denominator,
        {% for part in ['numerator', 'denominator'] %}
        {% for bound in ['value', 'low', 'high'] %}
        cast(sum(case when part = '{{ part }}' then term_{{ bound }} end) as decimal(28, 8)) as {{ part }}_{{ bound }},
        {% endfor %}
        {% endfor %}
        count(*) as term_count
    from weighed
    group by figure_key, definition

),

-- a product is taken factor by factor, each step cast back so that no engine runs out of digits; none may be negative
{% set factors = [1, 2, 3] %}
factors as (

    select
        weighed.figure_key,
        weighed.definition,
        {% for bound in ['value', 'value_low', 'value_high'] %}
        {% for factor in factors %}
        max(case when weighed.term_no = {{ factor }} then weighed.{{ bound }} end) as {{ bound }}_{{ factor }},
        {% endfor %}
        {% endfor %}
        min(case when weighed.value_low < 0 then 0 else 1 end) = 1 as is_non_negative
    from weighed
    inner join definitions
        on weighed.definition = definitions.definition
        and definitions.form = 'product'
    where weighed.part = 'numerator'
    group by weighed.figure_key, weighed.definition

),

products as (

    select
        figure_key,
        definition,
        {% for bound in ['value', 'value_low', 'value_high'] %}
        {% set first_two = 'cast(' ~ bound ~ '_1 * coalesce(' ~ bound ~ '_2, 1) as decimal(28, 8))' %}
        cast({{ first_two }} * coalesce({{ bound }}_3, 1) as decimal(28, 8)) as {{ bound }},
        {% endfor %}
        is_non_negative
    from factors
    where is_non_negative

),

joined as (

    select
        parts.figure_key,
        parts.definition,
        definitions.scale,
        definitions.constant,
        definitions.when_base_is_zero,
        parts.has_denominator,
        case
            when definitions.form = 'product' and products.figure_key is null then parts.missing_count + 1
            else parts.missing_count
        end as missing_count,
        coalesce(products.value, parts.numerator_value) as n_value,
        coalesce(products.value_low, parts.numerator_low) as n_low,
        coalesce(products.value_high, parts.numerator_high) as n_high,
        case when parts.has_denominator then parts.denominator_value else 1 end as d_value,
        case when parts.has_denominator then parts.denominator_low else 1 end as d_low,
        case when parts.has_denominator then parts.denominator_high else 1 end as d_high
    from parts
    inner join definitions
        on parts.definition = definitions.definition
    left join products
        on parts.figure_key = products.figure_key
        and parts.definition = products.definition

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
