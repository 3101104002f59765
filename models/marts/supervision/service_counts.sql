-- What a bureau counted of its services, at its address in long form: percentages of what they are shares of, both basic funds together
-- where each was counted, and change and growth where the earlier period was counted too.
with given as (

    select
        {% for coordinate in coordinates() %}
        {{ coordinate }},
        {% endfor %}
        measure,
        cast(coalesce({{ divide('100 * cast(numerator as decimal(28, 8))', 'denominator') }}, value) as decimal(28, 8)) as value,
        is_synthetic
    from {{ ref('fct_service_counts') }}

),

-- what adds up over funds: both funds were counted, and nobody states their sum
basic as (

    select
        given.region,
        given.period,
        given.version,
        paths.ancestor as fund,
        {% for coordinate in optional_coordinates() if coordinate != 'fund' %}
        given.{{ coordinate }},
        {% endfor %}
        given.measure,
        sum(given.value) as value,
        max(case when given.is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from given
    inner join {{ ref('dim_tree_paths') }} as paths
        on given.fund = paths.descendant
        and paths.tree = 'fund'
        and paths.ancestor = 'basic'
        and paths.depth = 1
    inner join {{ ref('measure_dimensions') }} as dimensions
        on given.measure = dimensions.measure
        and dimensions.dimension = 'fund'
        and dimensions.rollup_method = 'sum'
    group by
        given.region, given.period, given.version, paths.ancestor,
        {% for coordinate in optional_coordinates() if coordinate != 'fund' %}
        given.{{ coordinate }},
        {% endfor %}
        given.measure
    having count(*) = 2

),

counts as (

    select * from given

    union all

    select
        {% for coordinate in coordinates() %}
        basic.{{ coordinate }},
        {% endfor %}
        basic.measure,
        basic.value,
        basic.is_synthetic
    from basic
    left join given
        on basic.measure = given.measure
        {% for coordinate in coordinates() %}
        and basic.{{ coordinate }} = given.{{ coordinate }}
        {% endfor %}
    where given.measure is null

),

compared as (

    {{ counts_compared('counts') }}

)

select
    {% for coordinate in coordinates() %}
    compared.{{ coordinate }},
    {% endfor %}
    compared.measure,
    {{ address_in_words() }} as label_zh,
    measure_labels.unit,
    cast(compared.value as decimal(28, 8)) as value,
    compared.is_synthetic
from compared
{{ join_labels('compared') }}
