-- each change to the initial budget, with the item that it changes and why
select
    entries.region,
    entries.period,
    entries.fund,
    entries.entry_id,
    entries.item,
    items.label_zh,
    entries.budget_item,
    budget_items.label_zh as budget_item_zh,
    entries.amount,
    {{ divide('100 * entries.amount', 'sum(entries.amount) over (partition by entries.region, entries.period, entries.fund)') }}
        as share_of_adjustments,
    entries.reason,
    entries.approved_on,
    entries.is_synthetic
from {{ ref('fct_department_budget') }} as entries
inner join {{ ref('dim_items') }} as items
    on entries.item = items.item
inner join {{ ref('dim_items') }} as budget_items
    on entries.budget_item = budget_items.item
where entries.version = 'adjustment'
