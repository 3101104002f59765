-- every warning that a row of the progress gives, with what was measured, the threshold, and both in words
{%- set metrics = ['used_pct', 'progress_pct', 'visits_growth', 'cost_per_visit_growth'] %}
with measured as (

    {% for metric in metrics %}
    select
        progress.*,
        '{{ metric }}' as metric,
        {{ metric }} as metric_value
    from {{ ref('int_budget__progress') }} as progress
    where {{ metric }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

latest as (

    select
        pooling_area,
        budget_year,
        max(month_number) as month_number
    from {{ ref('int_budget__progress') }}
    group by pooling_area, budget_year

),

passed as (

    select
        measured.*,
        warnings.warning,
        warnings.severity,
        warnings.position,
        warnings.threshold,
        warnings.label_zh,
        warnings.label_en,
        cast(cast(round(measured.metric_value, 2) as decimal(18, 2)) as {{ dbt.type_string() }}) as shown,
        cast(warnings.threshold as {{ dbt.type_string() }}) as threshold_shown
    from measured
    inner join {{ ref('budget_warnings') }} as warnings
        on measured.metric = warnings.metric
    where measured.budget >= warnings.minimum_budget
        and (
            (warnings.direction = 'above' and measured.metric_value > warnings.threshold)
            or (warnings.direction = 'below' and measured.metric_value < warnings.threshold)
        )

),

-- of two thresholds for one thing the more serious one
flagged as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by region, period, fund, item, institution_code, metric order by position
            ) as rank_in_metric
        from passed
    ) as ranked
    where rank_in_metric = 1

)

select
    flagged.pooling_area,
    flagged.region,
    flagged.period,
    flagged.budget_level,
    flagged.fund,
    flagged.item,
    flagged.institution_code,
    flagged.warning,
    flagged.severity,
    flagged.position,
    flagged.is_monitored,
    latest.month_number is not null as is_latest,
    flagged.metric,
    flagged.metric_value,
    flagged.threshold,
    flagged.label_zh || '（' || flagged.shown || '%，阈值 ' || flagged.threshold_shown || '%）' as reason_zh,
    flagged.label_en || ' (' || flagged.shown || ' %, threshold ' || flagged.threshold_shown || ' %)' as reason_en,
    flagged.budget as budget_amount,
    flagged.executed_to_date,
    flagged.expected_to_date
from flagged
left join latest
    on flagged.pooling_area = latest.pooling_area
    and flagged.budget_year = latest.budget_year
    and flagged.month_number = latest.month_number
