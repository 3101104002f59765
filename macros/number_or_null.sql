{#- A text or a number as a decimal, or a text as a date, null where it is none or does not fit. Both engines have try_cast; dbt's safe_cast is a plain
    cast on DuckDB and would fail. Only for what
    people write by hand and contracts leave as text: money in deliveries is read by contract. -#}
{% macro number_or_null(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}
