{#- The coordinates of an address, in order, without the measure. -#}
{% macro coordinates() -%}
    {{ return(['region', 'period', 'version', 'fund', 'benefit_category', 'care_area', 'institution_level', 'institution', 'item']) }}
{%- endmacro %}

{#- Coordinates that a measure may lack; they carry 'none' then. -#}
{% macro optional_coordinates() -%}
    {{ return(['fund', 'benefit_category', 'care_area', 'institution_level', 'institution', 'item']) }}
{%- endmacro %}

{#- Hash of an address, or of a part of it: the columns that are named, in the alias that is given. -#}
{% macro address_hash(columns, alias='') -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append((alias ~ '.' if alias else '') ~ column) -%}
        {%- if not loop.last %}{% do parts.append("'|'") %}{% endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
