-- hospitals, areas and the pooling area as a whole, each month with the sums since January
{% set sums = ['visits', 'total_cost', 'amount', 'earlier_visits', 'earlier_total_cost', 'earlier_amount'] %}
with levels as (

    {% for level, area, institution in [('institution', 'area', 'institution_code'), ('area', 'area', "'all'"), ('city', 'region', "'all'")] %}
    select
        '{{ level }}' as budget_level,
        region as pooling_area,
        {{ area }} as region,
        budget_year,
        month_number,
        fund,
        item,
        {{ institution }} as institution_code,
        sum(budget) as budget,
        {% for column in sums %}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_budget__months') }}
    {% if level == 'institution' %}
    where institution_code <> 'none'
    {% endif %}
    group by region, {{ area ~ ', ' if area != 'region' }}budget_year, month_number, fund, item{{ ', institution_code' if level == 'institution' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

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
    cast(budget as decimal(18, 2)) as budget,
    cast(amount as decimal(18, 2)) as executed,
    {% for column in sums %}
    cast(sum({{ column }}) over (
        partition by budget_level, region, budget_year, fund, item, institution_code
        order by month_number
        rows between unbounded preceding and current row
    ) as {{ 'bigint' if 'visits' in column else 'decimal(18, 2)' }}) as {{ column }}_to_date{{ ',' if not loop.last }}
    {% endfor %}
from levels
