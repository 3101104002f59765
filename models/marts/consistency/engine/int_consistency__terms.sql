{#- Terms of every definition, the generated ones included: measure, coefficient, and the coordinates that it overrides. -#}
with comparisons as (

    select
        measure,
        base_measure,
        measure_kind
    from {{ ref('dim_measures') }}
    where measure_kind in ('change', 'growth')

),

generated as (

    {#- kind, suffix of the definition, part, number, is the term the change (or else the base), coefficient, period -#}
    {% for kind, suffix, part, number, of_change, coefficient, period in [
        ('change', '', 'numerator', 1, false, 1, none),
        ('change', '', 'numerator', 2, false, -1, 'earlier_period'),
        ('growth', '', 'numerator', 1, false, 1, none),
        ('growth', '', 'denominator', 1, false, 1, 'earlier_period'),
        ('growth', '_from_change', 'numerator', 1, true, 1, none),
        ('growth', '_from_change', 'denominator', 1, false, 1, none),
        ('growth', '_from_change', 'denominator', 2, true, -1, none),
    ] %}
    select
        measure || '{{ suffix }}' as definition,
        '{{ part }}' as part,
        {{ number }} as term_no,
        base_measure{{ " || '_change'" if of_change }} as measure,
        cast({{ coefficient }} as decimal(9, 4)) as coefficient,
        {{ "'" ~ period ~ "'" if period else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as period
    from comparisons
    where measure_kind = '{{ kind }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    definition,
    part,
    term_no,
    measure,
    {% for coordinate in coordinates() if coordinate != 'region' %}
    {{ coordinate }},
    {% endfor %}
    coefficient
from {{ ref('definition_terms') }}

union all

select
    definition,
    part,
    term_no,
    measure,
    period,
    {% for coordinate in coordinates() if coordinate not in ['region', 'period'] %}
    cast(null as {{ dbt.type_string() }}) as {{ coordinate }},
    {% endfor %}
    coefficient
from generated
