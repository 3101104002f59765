{#- A quotient, rounded to 8 decimals. Engines differ in the type of a division of decimals (DuckDB: double), so it happens here
    alone, last, and the result is cast at once. NULL where the divisor is 0. -#}
{% macro divide(dividend, divisor) -%}
    cast(round(cast({{ dividend }} as decimal(38, 8)) / nullif({{ divisor }}, 0), 8) as decimal(28, 8))
{%- endmacro %}
