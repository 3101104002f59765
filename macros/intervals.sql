{#- Half a unit of the last printed digit: 2 decimals → 0.005. -#}
{% macro half_of_last_digit(decimals) -%}
    case {{ decimals }}
        {% for n in range(8) -%}
        when {{ n }} then cast(0.5 as decimal(28, 8)){% for _ in range(n) %} * 0.1{% endfor %}
        {% endfor -%}
    end
{%- endmacro %}

{#- How a printed figure stands to what the other figures allow, interval against interval.
    Arguments are the figure's value and bounds, and those of what it should equal.
    Two intervals that meet at one end only fail where both have a width, because each end is hardly ever reached;
    they pass where one of them is exact. A missing operand makes the check undecidable. -#}
{% macro judge(value, low, high, other, other_low, other_high) -%}
    case
        when {{ value }} is null or {{ other }} is null then 'undecidable'
        when {{ value }} = {{ other }} then 'consistent'
        when {{ low }} < {{ other_high }} and {{ other_low }} < {{ high }} then 'rounding'
        when ({{ low }} = {{ high }} or {{ other_low }} = {{ other_high }})
            and {{ low }} <= {{ other_high }} and {{ other_low }} <= {{ high }} then 'rounding'
        else 'inconsistent'
    end
{%- endmacro %}

{#- The lower end of something that cannot be negative: 0.00 is printed for 0 to 0.005. -#}
{% macro not_negative(bound) -%}
    case when {{ bound }} < 0 then 0 else {{ bound }} end
{%- endmacro %}
