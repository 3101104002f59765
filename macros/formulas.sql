{#- What a formula comes to, by the outcome that int_consistency__formulas has told apart: a quotient, 100 for a growth from
    nothing, 0 for a mean or ratio of nothing. -#}
{% macro outcome_value(quotient) -%}
    cast(case outcome when 'quotient' then {{ quotient }} when 'from nothing' then 100 when 'of nothing' then 0 end as decimal(28, 8))
{%- endmacro %}

{#- A term with its coefficient. Nearly every coefficient is 1, and multiplying wide decimals is slow; one below 0 turns an interval
    round and takes its other end. -#}
{% macro times_coefficient(own_end, other_end) -%}
    case
        when coefficient = 1 then {{ own_end }}
        else cast(coefficient * case when coefficient < 0 then {{ other_end }} else {{ own_end }} end as decimal(28, 8))
    end
{%- endmacro %}
