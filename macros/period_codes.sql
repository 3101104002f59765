{#- Parts of a period's code: 2025M03, 2025Q1. -#}
{% macro two_digits(number) -%}
    lpad(cast({{ number }} as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}

{% macro one_digit(number) -%}
    cast(cast({{ number }} as integer) as {{ dbt.type_string() }})
{%- endmacro %}

{#- The account month (费款所属期) of a date, 202501, and the first day of an account month. -#}
{% macro account_month(day) -%}
    cast(cast(extract(year from {{ day }}) as integer) as {{ dbt.type_string() }})
    || {{ two_digits('cast(extract(month from ' ~ day ~ ') as integer)') }}
{%- endmacro %}

{% macro first_of_account_month(account_month) -%}
    cast(substr({{ account_month }}, 1, 4) || '-' || substr({{ account_month }}, 5, 2) || '-01' as date)
{%- endmacro %}
