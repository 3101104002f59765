{#- A value as a document would print it: in the printed unit, with the printed decimals. -#}
{% macro shown(value, decimals, factor) -%}
    {%- set in_unit = divide(value, 'coalesce(' ~ factor ~ ', 1)') -%}
    case coalesce({{ decimals }}, 2)
        {% for n in range(7) -%}
        when {{ n }} then cast(cast({{ in_unit }} as decimal(28, {{ n }})) as {{ dbt.type_string() }})
        {% endfor -%}
        else cast({{ in_unit }} as {{ dbt.type_string() }})
    end
{%- endmacro %}

{#- A term of a formula in words, with its sign: as printed where it is printed, in brackets what is derived for it. -#}
{% macro signed_term(coefficient, printed_value, printed_unit, value, origin, is_first) -%}
    {%- set derived = "'[' || cast(cast(" ~ value ~ " as decimal(28, 2)) as " ~ dbt.type_string() ~ ") || ']'" -%}
    case when {{ coefficient }} < 0 then '− ' else {{ "''" if is_first else "'+ '" }} end
    || coalesce({{ printed_value }} || coalesce({{ printed_unit }}, ''), {{ derived }}, '?')
    || case when {{ origin }} = 'recomputed' then {{ derived }} else '' end
{%- endmacro %}
