-- one row per figure and dimension along which it adds up: the node that it stands at, and a hash of all its other
-- coordinates, which its siblings and its parent share
with figures as (

    select * from {{ ref('int_consistency__figures') }}
    where rank_in_block = 1

),

rollups as (

    select
        measure,
        dimension,
        rollup_method
    from {{ ref('measure_dimensions') }}
    where rollup_method in ('sum', 'weighted_mean')

),

nodes as (

    {% for dimension in tree_dimensions() %}
    {% set others = coordinates() | reject('equalto', dimension) | list %}
    select
        figures.figure_key,
        figures.block_id,
        figures.is_closed_block,
        figures.rank_in_scope,
        rollups.rollup_method,
        '{{ dimension }}' as dimension,
        figures.{{ dimension }} as node,
        {{ key64(['scope_id'] + others + ['measure', "'" ~ dimension ~ "'"], 'figures') }} as siblings_key,
        figures.region,
        figures.fund,
        figures.base_measure as measure,
        figures.version
    from figures
    inner join rollups
        on figures.base_measure = rollups.measure
        and rollups.dimension = '{{ dimension }}'
    where figures.measure_kind <> 'growth'
        -- a change of a mean is not the mean of the changes
        and (rollups.rollup_method = 'sum' or figures.measure_kind <> 'change')
        and figures.{{ dimension }} <> 'none'
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    nodes.*,
    {{ key64(['siblings_in_block_key', 'node']) }} as node_in_block_key,
    {{ key64(['siblings_key', 'node']) }} as node_in_scope_key
from (

    select
        *,
        {{ key64(['block_id', 'siblings_key']) }} as siblings_in_block_key
    from nodes

) as nodes
