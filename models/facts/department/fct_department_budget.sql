with records as (

    {{ latest_rows('stg_department__budget', ['region', 'entry_id'], [
        'region', 'entry_id', 'year', 'fund', 'version', 'item', 'budget_item', 'amount', 'reason', 'approved_on', 'is_synthetic',
        'delivery_id', 'batch_id', 'source_file', 'source_line'
    ]) }}

)

select
    region,
    entry_id,
    year as period,
    fund,
    version,
    item,
    coalesce(budget_item, item) as budget_item,
    amount,
    reason,
    approved_on,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
