with months as (

    select
        region,
        starts_on as month_starts_on
    from {{ ref('dim_report_periods') }}
    where period_kind = 'month'

)

-- one join to months then brings a period's own values and those of its earlier period
{% for is_earlier, of_period in [(false, 'period'), (true, 'earlier_period')] %}
select
    periods.region,
    periods.period,
    periods.earlier_period,
    months.month_starts_on,
    {{ is_earlier }} as is_earlier
from {{ ref('dim_report_periods') }} as periods
inner join {{ ref('dim_report_periods') }} as spans
    on periods.region = spans.region
    and periods.{{ of_period }} = spans.period
inner join months
    on spans.region = months.region
    and months.month_starts_on between spans.starts_on and spans.ends_on
{{ 'union all' if not loop.last }}
{% endfor %}
