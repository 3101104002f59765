{% set operations = ['inpatient_by_care_area', 'inpatient_by_level', 'inpatient_by_institution', 'expenditure_by_category',
    'outpatient_by_category', 'chronic_by_level', 'negotiated_drugs', 'personal_account', 'assistance', 'enrolment',
    'subsidised_enrolment', 'fund_income', 'services', 'structural_shifts'] %}
{% set funds = ['fund_statement', 'fund_indicators', 'enrolment_by_year', 'population_by_year'] %}
{% set performance = ['department_budget', 'department_staff', 'scorecard', 'indicator_values'] %}
{% set budget = ['total_budget', 'budget_allocation', 'budget_basis'] %}
{% set supervision = ['supervision', 'procurement', 'service_counts'] %}
{% set marts = operations + funds + performance + budget + supervision %}
-- depends on: {{ ref('dim_measures') }}{% for mart in marts %} {{ ref(mart) }}{% endfor %}


with figures as (

    {% for mart in marts %}
    {{ figures_of_mart(mart) if execute else "select 1" }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    mart,
    {% for coordinate in coordinates() %}
    {{ coordinate }},
    {% endfor %}
    measure,
    {{ address_hash(coordinates() + ['measure']) }} as address_id,
    unit,
    value,
    half_unit,
    half_unit = 0 as is_exact
from figures
where value is not null
