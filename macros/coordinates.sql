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

{#- Coordinates that trees order; period and version have operators instead. -#}
{% macro tree_dimensions() -%}
    {{ return(['region', 'fund', 'benefit_category', 'care_area', 'institution_level', 'institution', 'item']) }}
{%- endmacro %}

{#- The coordinate of a row along a dimension that is itself a column. -#}
{% macro node_of(dimension_column, alias) -%}
    case {{ dimension_column }}
        {% for dimension in tree_dimensions() -%}
        when '{{ dimension }}' then {{ alias }}.{{ dimension }}
        {% endfor -%}
    end
{%- endmacro %}

{#- A 64-bit key over columns, for joins inside one build: fast, and not meant to be kept. Engines name it differently. -#}
{% macro key64(columns, alias='') -%}
    {%- set prefixed = [] -%}
    {%- for column in columns -%}
        {%- do prefixed.append((alias ~ '.' if alias and column[0] != "'" else '') ~ column) -%}
    {%- endfor -%}
    {{ adapter.dispatch('key64', 'medfund')(prefixed) }}
{%- endmacro %}

{% macro duckdb__key64(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__key64(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
