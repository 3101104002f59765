-- every area, item and hospital in every month that was delivered of a year with a plan, beside the same month of the year before
with executed as (

    select
        areas.region,
        executed.region as area,
        executed.budget_year,
        executed.month_number,
        executed.fund,
        executed.item,
        executed.institution_code,
        executed.visits,
        executed.total_cost,
        executed.amount
    from {{ ref('fct_budget_execution') }} as executed
    inner join {{ ref('int_budget__areas') }} as areas
        on executed.region = areas.area

),

years as (

    select distinct
        region,
        budget_year,
        year_before
    from {{ ref('int_budget__terms') }}
    where is_plan

),

months as (

    select distinct
        years.region,
        years.budget_year,
        years.year_before,
        executed.month_number
    from years
    inner join executed
        on years.region = executed.region
        and years.budget_year = executed.budget_year

),

cells as (

    select
        region,
        area,
        budget_year,
        fund,
        item,
        institution_code
    from {{ ref('int_budget__leaf_budgets') }}

    union distinct

    select
        years.region,
        executed.area,
        years.budget_year,
        executed.fund,
        executed.item,
        executed.institution_code
    from years
    inner join executed
        on years.region = executed.region
        and executed.budget_year in (years.budget_year, years.year_before)

)

select
    cells.region,
    cells.area,
    cells.budget_year,
    months.month_number,
    cells.fund,
    cells.item,
    cells.institution_code,
    {% for measure in ['visits', 'total_cost', 'amount'] %}
    coalesce(executed.{{ measure }}, 0) as {{ measure }},
    coalesce(earlier.{{ measure }}, 0) as earlier_{{ measure }},
    {% endfor %}
    budgets.budget
from cells
inner join months
    on cells.region = months.region
    and cells.budget_year = months.budget_year
left join {{ ref('int_budget__leaf_budgets') }} as budgets
    on cells.region = budgets.region
    and cells.area = budgets.area
    and cells.budget_year = budgets.budget_year
    and cells.fund = budgets.fund
    and cells.item = budgets.item
    and cells.institution_code = budgets.institution_code
{% for alias, year in [('executed', 'budget_year'), ('earlier', 'year_before')] %}
left join executed as {{ alias }}
    on cells.area = {{ alias }}.area
    and cells.fund = {{ alias }}.fund
    and cells.item = {{ alias }}.item
    and cells.institution_code = {{ alias }}.institution_code
    and months.{{ year }} = {{ alias }}.budget_year
    and months.month_number = {{ alias }}.month_number
{% endfor %}
