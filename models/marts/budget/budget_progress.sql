-- the progress of every item, area and hospital by month, with its most serious warning
with worst as (

    select
        *,
        row_number() over (
            partition by region, period, fund, item, institution_code order by position
        ) as rank_in_cell
    from {{ ref('budget_flags') }}

)

select
    progress.pooling_area,
    progress.region,
    progress.period,
    progress.budget_level,
    progress.fund,
    progress.item,
    progress.institution_code,
    progress.is_monitored,
    progress.expected_shape,
    progress.budget as budget_amount,
    progress.executed as executed_amount,
    progress.executed_to_date,
    progress.expected_to_date,
    progress.earlier_executed_to_date,
    progress.used_pct,
    progress.progress_pct,
    progress.visits_to_date,
    progress.earlier_visits_to_date,
    progress.visits_growth,
    progress.cost_per_visit,
    progress.earlier_cost_per_visit,
    progress.cost_per_visit_growth,
    coalesce(worst.warning, 'none') as flag,
    worst.severity as flag_severity,
    worst.threshold as flag_threshold,
    worst.reason_zh as flag_reason_zh,
    worst.reason_en as flag_reason_en
from {{ ref('int_budget__progress') }} as progress
left join worst
    on progress.region = worst.region
    and progress.period = worst.period
    and progress.fund = worst.fund
    and progress.item = worst.item
    and progress.institution_code = worst.institution_code
    and worst.rank_in_cell = 1
