select
    spent.region,
    periods.period,
    periods.earlier_period,
    spent.fund,
    spent.benefit_category,
    spent.care_area,
    spent.institution_level,
    {{ sum_of_period('spent.expenditure', 'expenditure') }}
from {{ ref('int_operations__expenditure_by_month') }} as spent
inner join {{ ref('bridge_period_months') }} as periods
    on spent.region = periods.region
    and spent.month_starts_on = periods.month_starts_on
group by
    spent.region,
    periods.period,
    periods.earlier_period,
    spent.fund,
    spent.benefit_category,
    spent.care_area,
    spent.institution_level
