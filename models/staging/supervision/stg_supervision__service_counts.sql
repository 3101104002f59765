select
    region,
    period,
    version,
    -- a coordinate that is left out is a part of the key like any other
    {% for coordinate in ['fund', 'benefit_category', 'care_area', 'institution_level', 'item'] %}
    coalesce({{ coordinate }}, '') as {{ coordinate }},
    {% endfor %}
    measure,
    cast(value as decimal(22, 4)) as value,
    numerator,
    denominator,
    updt_time as updated_at,
    true as is_valid,
    batch_id,
    source_file,
    source_line
from {{ source('supervision', 'service_counts') }}
