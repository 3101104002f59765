-- hospitals, areas and the pooling area as a whole, each month with the sums since January
{% set sums = ['visits', 'total_cost', 'amount', 'earlier_visits', 'earlier_total_cost', 'earlier_amount'] %}
{% set levels = [('institution', 'area', 'institution_code'), ('area', 'area', "'all'"), ('city', 'region', "'all'")] %}
with placed as (

    {% for level, area, institution in levels %}
    select
        '{{ level }}' as budget_level,
        region as pooling_area,
        {{ area }} as place,
        budget_year,
        month_number,
        fund,
        item,
        {{ institution }} as counted_institution,
        {% for column in sums %}
        {{ column }},
        {% endfor %}
        budget
    from {{ ref('int_budget__months') }}
    where institution_code <> 'none' or '{{ level }}' <> 'institution'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

levels as (

    select
        budget_level,
        pooling_area,
        place as region,
        budget_year,
        month_number,
        fund,
        item,
        counted_institution as institution_code,
        {% for column in sums %}
        sum({{ column }}) as {{ column }},
        {% endfor %}
        sum(budget) as budget
    from placed
    group by budget_level, pooling_area, place, budget_year, month_number, fund, item, counted_institution

)

select
    budget_level,
    pooling_area,
    region,
    budget_year,
    month_number,
    fund,
    item,
    institution_code,
    cast(budget as decimal(18, 2)) as parts_budget,
    {% for column in sums %}
    cast(sum({{ column }}) over (
        partition by budget_level, region, budget_year, fund, item, institution_code
        order by month_number
        rows between unbounded preceding and current row
    ) as {{ 'bigint' if 'visits' in column else 'decimal(18, 2)' }}) as {{ column }}_to_date,
    {% endfor %}
    cast(amount as decimal(18, 2)) as executed
from levels
