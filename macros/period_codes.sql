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

{#- The same of a text that may be anything: null where it is no month. A date that engines read out of something else,
    as out of 2024-1, is none. -#}
{% macro first_of_account_month_or_null(text) -%}
    case
        when length({{ text }}) = 6 and substr({{ text }}, 1, 2) in ('19', '20') and substr({{ text }}, 5, 2) between '01' and '12'
            then {{ number_or_null("substr(" ~ text ~ ", 1, 4) || '-' || substr(" ~ text ~ ", 5, 2) || '-01'", 'date') }}
    end
{%- endmacro %}
