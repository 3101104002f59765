-- on the last day of a period, and on that of its earlier period
with periods as (

    select
        periods.region,
        periods.period,
        periods.earlier_period,
        {{ month_of('periods.ends_on') }} as last_month,
        {{ month_of('earlier.ends_on') }} as earlier_last_month
    from {{ ref('dim_report_periods') }} as periods
    left join {{ ref('dim_report_periods') }} as earlier
        on periods.region = earlier.region
        and periods.earlier_period = earlier.period

),

of_periods as (

    select
        region,
        period,
        earlier_period,
        last_month as month_starts_on,
        false as is_earlier
    from periods

    union all

    select
        region,
        period,
        earlier_period,
        earlier_last_month as month_starts_on,
        true as is_earlier
    from periods
    where earlier_period is not null

)

select
    enrolment.region,
    of_periods.period,
    of_periods.earlier_period,
    enrolment.fund,
    enrolment.person_type,
    {{ sum_of_period('enrolment.enrolled', 'enrolled', 'of_periods') }},
    {{ sum_of_period('enrolment.paying', 'paying', 'of_periods') }}
from {{ ref('int_operations__enrolment_by_month') }} as enrolment
inner join of_periods
    on enrolment.region = of_periods.region
    and enrolment.month_starts_on = of_periods.month_starts_on
group by enrolment.region, of_periods.period, of_periods.earlier_period, enrolment.fund, enrolment.person_type
