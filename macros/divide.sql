{#- A quotient of decimals, exact to 8 decimals. Engines differ in what they make of such a division, so it happens here alone,
    last, and the result is cast at once. NULL where the divisor is 0. -#}
{% macro divide(dividend, divisor) -%}
    {{ adapter.dispatch('divide', 'medfund')(dividend, 'nullif(' ~ divisor ~ ', 0)') }}
{%- endmacro %}

{#- Spark divides decimals as decimals. -#}
{% macro spark__divide(dividend, divisor) -%}
    cast(round(cast({{ dividend }} as decimal(38, 8)) / {{ divisor }}, 8) as decimal(28, 8))
{%- endmacro %}

{#- DuckDB divides decimals in floating point, which holds some 16 digits. What such a quotient leaves over is told exactly by a
    multiplication; dividing that rest puts the quotient right to its last decimal. -#}
{% macro duckdb__divide(dividend, divisor) -%}
    {%- set estimate = 'cast((' ~ dividend ~ ') / ' ~ divisor ~ ' as decimal(28, 8))' -%}
    cast({{ estimate }} + cast(({{ dividend }} - {{ estimate }} * {{ divisor }}) / {{ divisor }} as decimal(28, 8)) as decimal(28, 8))
{%- endmacro %}
