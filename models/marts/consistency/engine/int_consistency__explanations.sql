{#- Explanations that fit a failing check exactly: with this one slip undone, the printed value lies in the interval that the other
    figures allow. Only for checks whose target is itself the suspect, so there are few rows. -#}
{% set max_length = 14 %}
{#- A digit goes missing or is doubled before the point: the decimals that are printed stay as many. -#}
{% set whole_digits = 'length(failing.digits) - case when failing.printed_decimals > 0 then failing.printed_decimals + 1 else 0 end' %}

with failing as (

    select
        checks.check_id,
        checks.figure_id,
        {{ key64(['figure_id'], 'checks') }} as figure_key,
        checks.value,
        checks.value_low,
        checks.value_high,
        checks.other_value,
        checks.allowed_low,
        checks.allowed_high,
        checks.unit,
        checks.measure,
        checks.rule_id,
        figures.half_unit,
        figures.printed_decimals,
        figures.document_id,
        figures.table_id,
        figures.row_no,
        figures.column_no,
        figures.address_id,
        -- digits and point alone, and what turns them into the base unit
        replace(replace(replace(figures.printed_value, ',', ''), '-', ''), '+', '') as digits,
        case when figures.value < 0 then -1 else 1 end * coalesce(units.factor, cast(1 as decimal(9, 0))) as factor
    from {{ ref('consistency_checks') }} as checks
    inner join {{ ref('int_consistency__suspects') }} as suspects
        on checks.check_id = suspects.check_id
        and suspects.is_target
    inner join {{ ref('int_consistency__input') }} as figures
        on checks.figure_id = figures.figure_id
    left join {{ ref('units') }} as units
        on figures.printed_unit = units.unit
    where checks.status = 'inconsistent'
        and checks.family <> 'bound'

),

positions as (

    {% for n in range(1, max_length + 1) %}
    select {{ n }} as place {{ 'union all' if not loop.last }}
    {% endfor %}

),

digits as (

    {% for n in range(10) %}
    select '{{ n }}' as digit {{ 'union all' if not loop.last }}
    {% endfor %}

),

edits as (

    select
        failing.check_id,
        'a digit too many' as cause,
        substring(failing.digits, 1, positions.place - 1) || substring(failing.digits, positions.place + 1, {{ max_length }}) as edited
    from failing
    inner join positions
        on positions.place <= length(failing.digits)
    where substring(failing.digits, positions.place, 1) <> '.'
        and length(failing.digits) > 1
        and positions.place <= {{ whole_digits }}

    union all

    select
        failing.check_id,
        'a digit missing' as cause,
        substring(failing.digits, 1, positions.place - 1) || digits.digit
        || substring(failing.digits, positions.place, {{ max_length }}) as edited
    from failing
    inner join positions
        on positions.place <= {{ whole_digits }} + 1
    cross join digits
    where not (positions.place = 1 and digits.digit = '0')

    union all

    select
        failing.check_id,
        'two digits swapped' as cause,
        substring(failing.digits, 1, positions.place - 1)
        || substring(failing.digits, positions.place + 1, 1)
        || substring(failing.digits, positions.place, 1)
        || substring(failing.digits, positions.place + 2, {{ max_length }}) as edited
    from failing
    inner join positions
        on positions.place < length(failing.digits)
    where substring(failing.digits, positions.place, 1) <> '.'
        and substring(failing.digits, positions.place + 1, 1) <> '.'
        and substring(failing.digits, positions.place, 1) <> substring(failing.digits, positions.place + 1, 1)

),

candidates as (

    select
        edits.check_id,
        case edits.cause when 'two digits swapped' then 3 else 4 end as preference,
        edits.cause || ': ' || edits.edited as cause,
        failing.factor * cast(edits.edited as decimal(28, 8)) as candidate,
        cast(1 as decimal(28, 8)) as half_unit_factor
    from edits
    inner join failing
        on edits.check_id = failing.check_id
    where edits.edited <> ''
        and edits.edited <> '.'
        -- nobody prints a leading zero before another digit
        and not (substring(edits.edited, 1, 1) = '0' and substring(edits.edited, 2, 1) not in ('', '.'))

    union all

    select
        check_id,
        1 as preference,
        'sign turned round' as cause,
        -value as candidate,
        1 as half_unit_factor
    from failing
    where value <> 0

    {% for exponent in [-8, -4, -3, -2, -1, 1, 2, 3, 4, 8] %}
    union all

    select
        check_id,
        2 as preference,
        case
            when unit = 'pct' and {{ exponent }} = -2 then 'percent printed for a ratio'
            when unit = 'pct' and {{ exponent }} = 2 then 'ratio printed for a percent'
            else 'unit off by 10^{{ -exponent }}'
        end as cause,
        cast(value {{ '*' if exponent > 0 else '/' }} {{ 10 ** (exponent | abs) }} as decimal(28, 8)) as candidate,
        cast({{ '%.8f' | format(10 ** exponent) }} as decimal(28, 8)) as half_unit_factor
    from failing
    where value <> 0
    {% endfor %}

    -- the figure beside it
    union all

    select
        failing.check_id,
        5 as preference,
        'the value of the neighbouring cell: ' || neighbours.printed_value
        || ' (line ' || cast(neighbours.document_line as {{ dbt.type_string() }}) || ')' as cause,
        case
            when neighbours.value = failing.value and neighbours.address_id <> failing.address_id then failing.other_value
        end as candidate,
        1 as half_unit_factor
    from failing
    inner join {{ ref('int_consistency__input') }} as neighbours
        on failing.document_id = neighbours.document_id
        and failing.table_id = neighbours.table_id
        and abs(failing.row_no - neighbours.row_no) + abs(failing.column_no - neighbours.column_no) = 1
    -- small numbers meet by chance
    where neighbours.unit = failing.unit
        and length(failing.digits) >= 3

    -- an old figure carried over
    union all

    select
        failing.check_id,
        6 as preference,
        'the figure of ' || old.period || ' carried over (line ' || cast(old.document_line as {{ dbt.type_string() }}) || ')' as cause,
        case when old.value = failing.value then failing.other_value end as candidate,
        1 as half_unit_factor
    from failing
    inner join {{ ref('int_consistency__input') }} as failing_figures
        on failing.figure_id = failing_figures.figure_id
    inner join {{ ref('dim_periods') }} as periods
        on failing_figures.period = periods.period
    inner join {{ ref('int_consistency__input') }} as old
        on failing.document_id = old.document_id
        and failing.measure = old.measure
        and old.period = coalesce(periods.earlier_period, periods.previous_year)
        {% for coordinate in coordinates() if coordinate != 'period' %}
        and failing_figures.{{ coordinate }} = old.{{ coordinate }}
        {% endfor %}

    -- cut off after the printed decimals, or rounded in two steps
    union all

    select
        check_id,
        7 as preference,
        'cut off instead of rounded' as cause,
        case
            when abs(other_value) - abs(value) >= 0 and abs(other_value) - abs(value) < 2 * half_unit then other_value
        end as candidate,
        1 as half_unit_factor
    from failing
    where half_unit > 0

    union all

    select
        check_id,
        8 as preference,
        'rounded twice' as cause,
        case
            when abs(value) - abs(other_value) > 0 and abs(value) - abs(other_value) <= 1.1 * half_unit then other_value
        end as candidate,
        1 as half_unit_factor
    from failing
    where half_unit > 0

    -- computed over, or from, another figure of the same measure that the document prints
    {% for preference, word, side, dividend, divisor in [
        (9, 'over', 'denominators', 'numerators.value', 'others.value'),
        (10, 'from', 'numerators', 'others.value', 'denominators.value'),
    ] %}
    union all

    select
        failing.check_id,
        {{ preference }} as preference,
        'computed {{ word }} ' || others.printed_value || coalesce(others.printed_unit, '')
        || ' (line ' || cast(others.document_line as {{ dbt.type_string() }}) || ')' as cause,
        case
            when abs(failing.value - definitions.constant - definitions.scale * {{ divide(dividend, divisor) }}) <= failing.half_unit
                then failing.other_value
        end as candidate,
        1 as half_unit_factor
    from failing
    inner join {{ ref('int_consistency__definitions') }} as definitions
        on failing.rule_id = definitions.definition
        and definitions.form = 'ratio'
    inner join {{ ref('int_consistency__operands') }} as numerators
        on failing.figure_key = numerators.figure_key
        and failing.rule_id = numerators.definition
        and numerators.part = 'numerator'
        and numerators.term_no = 1
    inner join {{ ref('int_consistency__operands') }} as denominators
        on failing.figure_key = denominators.figure_key
        and failing.rule_id = denominators.definition
        and denominators.part = 'denominator'
        and denominators.term_no = 1
    inner join {{ ref('int_consistency__input') }} as others
        on failing.document_id = others.document_id
        and {{ side }}.measure = others.measure
        and {{ side }}.value <> others.value
        and {{ side }}.period = others.period
    where others.value > 0
        and denominators.value > 0
    {% endfor %}
),

fitting as (

    select
        candidates.*,
        row_number() over (partition by candidates.check_id order by candidates.preference, candidates.cause) as fit_no
    from candidates
    inner join failing
        on candidates.check_id = failing.check_id
    where candidates.candidate + failing.half_unit * candidates.half_unit_factor >= failing.allowed_low
        and candidates.candidate - failing.half_unit * candidates.half_unit_factor <= failing.allowed_high
        -- a wide interval would let anything fit: the value that the others give must print like it
        and abs(candidates.candidate - failing.other_value) <= 1.1 * failing.half_unit * candidates.half_unit_factor

)

select
    check_id,
    cause
from fitting
where fit_no = 1
