{#- Joins `alias`: what the code of a national field means in a province on a day. At most one row of dim_codes fits. -#}
{% macro join_code(alias, code_list, code, division, day) -%}
    left join {{ ref('dim_codes') }} as {{ alias }}
        on {{ alias }}.code_list = '{{ code_list }}'
        and {{ alias }}.code = {{ code }}
        and {{ alias }}.province = substr({{ division }}, 1, 2)
        and {{ day }} between {{ alias }}.valid_from and {{ alias }}.valid_to
{%- endmacro %}

{#- The meaning that join_code found. A code in no map is 'unmapped': it is reported, and its money counts. -#}
{% macro member_of(alias, code=none) -%}
    {%- if code -%}
    case when {{ code }} is null then 'not_given' else coalesce({{ alias }}.member, 'unmapped') end
    {%- else -%}
    coalesce({{ alias }}.member, 'unmapped')
    {%- endif -%}
{%- endmacro %}

{#- The ends of a dated row; open ones lie before and after every date that occurs. -#}
{% macro first_day() -%}
    cast('1900-01-01' as date)
{%- endmacro %}

{% macro last_day() -%}
    cast('9999-12-31' as date)
{%- endmacro %}
