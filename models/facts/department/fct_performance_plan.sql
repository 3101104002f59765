with records as (

    {{ latest_rows('stg_department__performance_plan', ['year', 'indicator'], [
        'region', 'year', 'indicator', 'weight', 'scoring_rule', 'target_bound', 'target_value', 'target_text', 'deduct_per',
        'deduct_points', 'measure', 'fund', 'benefit_category', 'item', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file',
        'source_line'
    ]) }}

)

select
    region,
    year as period,
    indicator,
    weight,
    scoring_rule,
    target_bound,
    target_value,
    target_text,
    deduct_per,
    deduct_points,
    measure,
    fund,
    benefit_category,
    item,
    is_synthetic,
    delivery_id,
    batch_id,
    source_file,
    source_line
from records
