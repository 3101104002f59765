select
    region,
    count_year as period,
    {% for kind in ['usual_population', 'registered_population'] %}
    cast(max(case when kind = '{{ kind }}' then persons end) as bigint) as {{ kind }},
    {% endfor %}
    cast(
        max(case when kind = 'usual_population' then persons end) - max(case when kind = 'registered_population' then persons end) as bigint
    ) as usual_over_registered_population
from {{ ref('fct_region_counts') }}
where kind <> 'enrolment_target'
group by region, count_year
