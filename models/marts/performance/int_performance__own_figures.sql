-- Every figure that marts compute of what indicators are about: an actual is taken from here before what a bureau reports of itself.
{% set marts = ['department_budget', 'supervision', 'procurement', 'service_counts', 'fund_indicators', 'enrolment_by_year'] %}
-- depends on: {{ ref('dim_measures') }}{% for mart in marts %} {{ ref(mart) }}{% endfor %}


with figures as (

    {% for mart in marts %}
    {{ figures_of_mart(mart) if execute else "select 1" }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    {{ address_hash(coordinates() + ['measure']) }} as address_id,
    min(mart) as mart,
    max(value) as value
from figures
where value is not null
group by {{ address_hash(coordinates() + ['measure']) }}
