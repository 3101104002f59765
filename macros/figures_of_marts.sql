{#- Every number of a mart at its address, in long form: one pass over the mart. Numeric columns are read from the mart's contract; such
    as are no measure of the catalogue are no figures. The earlier period's values are figures of that period, and stand in its rows.
    The model's `meta` may say more: `figures` names a column's measure or sets a coordinate of it, `coordinates` names the column of a
    coordinate, `no_figures` columns that another mart has under the issuer's definition. A mart in long form, with columns `measure` and
    `value`, has its figures in its rows. -#}
{% macro figures_of_mart(mart) -%}
    {%- set node = (graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('name', 'equalto', mart) | list)[0] -%}
    {{- figures_in_rows(mart, node) if 'measure' in node.columns and 'value' in node.columns else figures_in_columns(mart, node) -}}
{%- endmacro %}

{% macro figures_in_rows(mart, node) -%}
    select
        '{{ mart }}' as mart,
        cells.region,
        cells.period,
        {{ 'cells.version' if 'version' in node.columns else "'actual'" }} as version,
        {% for coordinate in optional_coordinates() -%}
        case when not measures.has_{{ coordinate }} then 'none' else {{ 'cells.' ~ coordinate if coordinate in node.columns else "'all'" }} end
            as {{ coordinate }},
        {% endfor -%}
        cells.measure,
        measures.unit,
        cast(cells.value as decimal(28, 8)) as value,
        -- percentages and months may be quotients; what is counted and money are exact
        case when measures.unit in ('pct', 'month', 'coefficient') then cast(0.000000005 as decimal(28, 9)) else cast(0 as decimal(28, 9)) end
            as half_unit
    from {{ ref(mart) }} as cells
    inner join {{ ref('dim_measures') }} as measures
        on cells.measure = measures.measure
{%- endmacro %}

{% macro figures_in_columns(mart, node) -%}
    {%- set own = node.config.meta.get('figures', {}) -%}
    {%- set columns = {} -%}
    {%- for coordinate in optional_coordinates() -%}
        {%- set column = node.config.meta.get('coordinates', {}).get(coordinate, coordinate) -%}
        {%- if column in node.columns %}{% do columns.update({coordinate: 'cells.' ~ column}) %}{% endif -%}
    {%- endfor -%}
    {%- set numbers = {} -%}
    {%- set left_out = node.config.meta.get('no_figures', []) -%}
    {%- for column in node.columns.values() if is_number(column) and column.name not in left_out -%}
        {%- do numbers.update({column.name: own.get(column.name, {}).get('measure', column.name)}) -%}
    {%- endfor -%}
    select
        '{{ mart }}' as mart,
        cells.region,
        cells.period,
        {{ 'cells.version' if 'version' in node.columns else "'actual'" }} as version,
        {% for coordinate in optional_coordinates() -%}
        case
            when not measures.has_{{ coordinate }} then 'none'
            {% for column in own if coordinate in own[column] -%}
            when measures.measure = '{{ numbers[column] }}' then '{{ own[column][coordinate] }}'
            {% endfor -%}
            else {{ columns.get(coordinate, "'all'") }}
        end as {{ coordinate }},
        {% endfor -%}
        measures.measure,
        measures.unit,
        case measures.measure
            {% for column, measure in numbers.items() -%}
            when '{{ measure }}' then cast(cells.{{ column }} as decimal(28, 8))
            {% endfor -%}
        end as value,
        case measures.measure
            {% for column, measure in numbers.items() -%}
            when '{{ measure }}' then {{ half_unit_of(node.columns[column]) }}
            {% endfor -%}
        end as half_unit
    from {{ ref(mart) }} as cells
    inner join {{ ref('dim_measures') }} as measures
        on measures.measure in ({{ quoted(numbers.values() | list) }})
    -- a measure without a dimension has its figure in the total of it, not in every row
    where 1 = 1
    {%- for coordinate, column in columns.items() %}
        and (measures.has_{{ coordinate }} or {{ column }} in ('all', 'none')
        {%- for column in own if coordinate in own[column] %} or measures.measure = '{{ numbers[column] }}'{% endfor %})
    {%- endfor %}
{%- endmacro %}

{% macro is_number(column) -%}
    {{ return((column.data_type == 'bigint' or column.data_type.startswith('decimal')) and not column.name.startswith('earlier_')) }}
{%- endmacro %}

{#- Counts and money are exact; a quotient is known to half of its 8th decimal. -#}
{% macro half_unit_of(column) -%}
    {{ 'cast(0.000000005 as decimal(28, 9))' if column.data_type.replace(' ', '') == 'decimal(28,8)' else 'cast(0 as decimal(28, 9))' }}
{%- endmacro %}
