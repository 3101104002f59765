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
        {{ times_coefficient('value', 'value') }} as term_value,
        {{ times_coefficient('value_low', 'value_high') }} as term_low,
        {{ times_coefficient('value_high', 'value_low') }} as term_high
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
        case when has_denominator then cast(0.00000001 as decimal(28, 8)) else 0 end as outward
    from joined

),

-- the ends of a quotient of intervals: which end of the divisor gives them depends on the sign of the dividend
ends as (

    select
        *,
        scale * n_value as dividend_value,
        scale * n_low as dividend_low,
        scale * n_high as dividend_high,
        case when n_low >= 0 then d_high else d_low end as divisor_low,
        case when n_high >= 0 then d_low else d_high end as divisor_high
    from bounded

),

quotients as (

    select
        *,
        {{ divide('dividend_value', 'd_value') }} as quotient_value,
        {{ divide('dividend_low', 'divisor_low') }} as quotient_low,
        {{ divide('dividend_high', 'divisor_high') }} as quotient_high
    from ends

)

-- a quotient is rounded to 8 decimals; its bounds go outward by as much, so that rounding makes no two ends meet
select
    figure_key,
    definition,
    missing_count,
    {{ outcome_value('quotient_value + constant') }} as other_value,
    {{ outcome_value('quotient_low + constant - outward') }} as other_low,
    {{ outcome_value('quotient_high + constant + outward') }} as other_high
from quotients
