-- an indicator of a performance review is an item too: points and scores stand at it
select
    item,
    item_group,
    label_zh,
    label_en,
    position,
    note
from {{ ref('items') }}

union all

select
    indicator as item,
    'indicator' as item_group,
    label_zh,
    label_en,
    1000 + position as position,
    note
from {{ ref('dim_indicators') }}
