with figures as (

    select * from {{ ref('int_consistency__input') }}

),

-- A table is closed: a member that it does not print counts nothing there. The sentences of a document are one block,
-- and an open one.
placed as (

    select
        figures.*,
        figures.issuer as scope_id,
        figures.document_id || '/' || coalesce(figures.table_id, 'text') as block_id,
        figures.table_id is not null as is_closed_block,
        coalesce(published_tables.blank_means, 'unknown') = 'zero'
        and figures.empty_reason = 'blank' as is_blank_zero
    from figures
    left join {{ ref('dim_published_tables') }} as published_tables
        on figures.document_id = published_tables.document_id
        and figures.table_id = published_tables.table_id

),

valued as (

    select
        placed.figure_id,
        placed.scope_id,
        placed.document_id,
        placed.block_id,
        placed.is_closed_block,
        placed.figure_no,
        {% for coordinate in coordinates() %}
        placed.{{ coordinate }},
        {% endfor %}
        placed.measure,
        measures.base_measure,
        measures.measure_kind,
        {{ key64(['scope_id'] + coordinates() + ['measure'], 'placed') }} as address_key,
        -- a bound such as ≥ 85% says what must be, not what is: it takes part as the value that it names
        case when placed.is_blank_zero then cast(0 as decimal(28, 8)) else placed.value end as value,
        case when placed.is_blank_zero then cast(0 as decimal(28, 8)) else placed.value_low end as value_low,
        case when placed.is_blank_zero then cast(0 as decimal(28, 8)) else placed.value_high end as value_high
    from placed
    inner join {{ ref('dim_measures') }} as measures
        on placed.measure = measures.measure

)

select
    figure_id,
    {{ key64(['figure_id']) }} as figure_key,
    scope_id,
    document_id,
    block_id,
    is_closed_block,
    figure_no,
    {% for coordinate in coordinates() %}
    {{ coordinate }},
    {% endfor %}
    measure,
    base_measure,
    measure_kind,
    address_key,
    value,
    value_low,
    value_high,
    -- which of several printings of one address is the operand: a value before none, the tighter interval, the earlier
    row_number() over (
        partition by block_id, address_key
        order by case when value is null then 1 else 0 end, value_high - value_low, figure_no
    ) as rank_in_block,
    row_number() over (
        partition by address_key
        order by case when value is null then 1 else 0 end, value_high - value_low, document_id, figure_no
    ) as rank_in_scope
from valued
