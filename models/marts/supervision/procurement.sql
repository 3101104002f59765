-- centralised procurement by batch or activity: what was bought of what was agreed
select
    sums.region,
    sums.period,
    sums.item,
    items.label_zh,
    sums.procurement_batches,
    sums.procurement_products,
    sums.agreed_quantity,
    sums.purchased_quantity,
    {{ divide('100 * cast(sums.purchased_quantity as decimal(28, 8))', 'sums.agreed_quantity') }} as procurement_completion_rate,
    sums.is_synthetic
from (

    select
        region,
        period,
        item,
        cast(sum(batches) as bigint) as procurement_batches,
        cast(sum(products) as bigint) as procurement_products,
        cast(sum(agreed_quantity) as bigint) as agreed_quantity,
        cast(sum(purchased_quantity) as bigint) as purchased_quantity,
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from {{ ref('fct_procurement') }}
    group by region, period, item

) as sums
inner join {{ ref('dim_items') }} as items
    on sums.item = items.item
