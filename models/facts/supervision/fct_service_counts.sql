{% set given = ['fund', 'benefit_category', 'care_area', 'institution_level', 'item'] %}
with records as (

    {{ latest_rows('stg_supervision__service_counts', ['region', 'period', 'version'] + given + ['measure'], [
        'region', 'period', 'version', 'fund', 'benefit_category', 'care_area', 'institution_level', 'item', 'measure', 'value',
        'numerator', 'denominator', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line'
    ]) }}

)

select
    records.region,
    records.period,
    records.version,
    -- what is left out stands for all, where the measure has the coordinate
    {% for coordinate in optional_coordinates() %}
    {% set otherwise = "case when measures.has_" ~ coordinate ~ " then 'all' else 'none' end" %}
    {{ 'coalesce(nullif(records.' ~ coordinate ~ ", ''), " ~ otherwise ~ ')' if coordinate in given else otherwise }} as {{ coordinate }},
    {% endfor %}
    records.measure,
    records.value,
    records.numerator,
    records.denominator,
    records.is_synthetic,
    records.delivery_id,
    records.batch_id,
    records.source_file,
    records.source_line
from records
inner join {{ ref('dim_measures') }} as measures
    on records.measure = measures.measure
