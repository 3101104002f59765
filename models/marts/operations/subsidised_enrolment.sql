-- a person is due who stands in the year's register, and subsidised who was paid by the last day of the period
with reports as (

    select
        periods.region,
        periods.period,
        periods.earlier_period,
        periods.ends_on,
        earlier.ends_on as earlier_ends_on
    from {{ ref('dim_report_periods') }} as periods
    left join {{ ref('dim_report_periods') }} as earlier
        on periods.region = earlier.region
        and periods.earlier_period = earlier.period

),

of_periods as (

    {% for is_earlier, ends_on in [(false, 'ends_on'), (true, 'earlier_ends_on')] %}
    select
        reports.region,
        reports.period,
        reports.earlier_period,
        {{ is_earlier }} as is_earlier,
        subsidies.subsidy_kind as item,
        subsidies.subsidy_id,
        subsidies.subsidised_on <= reports.{{ ends_on }} as is_paid,
        subsidies.subsidy_amount
    from reports
    inner join {{ ref('bridge_report_regions') }} as below
        on reports.region = below.report_region
    inner join {{ ref('fct_enrolment_subsidies') }} as subsidies
        on below.region = subsidies.region
        and substr({{ account_month('reports.' ~ ends_on) }}, 1, 4) = subsidies.subsidy_year
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

cells as (

    {% for item, kind in [('item', 'member'), ("'all'", 'total')] %}
    select
        of_periods.region,
        of_periods.period,
        of_periods.earlier_period,
        {{ item }} as item,
        '{{ kind }}' as row_kind,
        {{ sum_of_period('1', 'subsidised_due', 'of_periods') }},
        {{ sum_of_period('case when of_periods.is_paid then 1 else 0 end', 'subsidised', 'of_periods') }},
        {{ sum_of_period('case when of_periods.is_paid then of_periods.subsidy_amount else 0 end', 'subsidy', 'of_periods') }}
    from of_periods
    group by of_periods.region, of_periods.period, of_periods.earlier_period{{ ', of_periods.item' if kind == 'member' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

named as (

    select
        cells.*,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from cells
    inner join {{ ref('dim_report_parameters') }} as parameters
        on cells.region = parameters.region
        and parameters.fund = 'assistance'

)

select
    region,
    period,
    earlier_period,
    'assistance' as fund,
    item,
    row_kind,
    subsidised_due,
    {{ compared('subsidised', parameters='named') }},
    {{ compared('subsidy', parameters='named') }}
from named
