select
    region,
    period,
    earlier_period,
    fund,
    benefit_category,
    care_area,
    institution_level,
    institution,
    row_kind,
    insured,
    visits_share,
    {{ inpatient_columns() }}
from {{ ref('int_operations__inpatient') }}
where cut = 'institution_level'
