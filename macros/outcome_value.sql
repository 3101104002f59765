{#- What a formula comes to, by the outcome that int_consistency__formulas has told apart. -#}
{% macro outcome_value(dividend, divisor, outward='') -%}
    cast(
        case outcome
            when 'quotient' then {{ divide('scale * ' ~ dividend, divisor) }} + constant {{ outward }}
            when 'from nothing' then 100
            when 'of nothing' then 0
        end as decimal(28, 8)
    )
{%- endmacro %}
