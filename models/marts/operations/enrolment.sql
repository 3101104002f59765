-- by kind of person (人员类别) with the total; only the total is compared with last year's payers
with of_funds as (

    -- who pays into a fund without enrolment of its own (公务员补助) is counted with the fund in which he is enrolled
    select * from {{ ref('int_operations__enrolment_by_period') }}
    where fund in (select enrolments.fund from {{ ref('fct_enrolment') }} as enrolments)

),

persons as (

    select
        region,
        period,
        earlier_period,
        fund,
        person_type,
        'member' as row_kind,
        enrolled,
        earlier_enrolled,
        paying,
        earlier_paying
    from of_funds

    union all

    select
        region,
        period,
        earlier_period,
        fund,
        'all' as person_type,
        'total' as row_kind,
        {{ sum_with_earlier('enrolled', 'totals') }},
        {{ sum_with_earlier('paying', 'totals') }}
    from of_funds as totals
    group by region, period, earlier_period, fund

),

-- 上年度缴费人数: who had paid by the end of the year before
paid_last_year as (

    select
        periods.region,
        periods.period,
        last_year.fund,
        sum(last_year.paying) as paying
    from {{ ref('dim_report_periods') }} as periods
    inner join {{ ref('int_operations__enrolment_by_period') }} as last_year
        on periods.region = last_year.region
        and periods.previous_year = last_year.period
    group by periods.region, periods.period, last_year.fund

),

cells as (

    select
        persons.*,
        case when persons.row_kind = 'total' then paid_last_year.paying end as paying_last_year,
        parameters.enrolment_rate_base,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from persons
    inner join {{ ref('dim_report_parameters') }} as parameters
        on persons.region = parameters.region
        and persons.fund = parameters.fund
    left join paid_last_year
        on persons.region = paid_last_year.region
        and persons.period = paid_last_year.period
        and persons.fund = paid_last_year.fund

)

select
    region,
    period,
    earlier_period,
    fund,
    person_type,
    row_kind,
    {{ compared('enrolled', parameters='cells') }},
    {{ compared('paying', parameters='cells') }},
    cast(paying_last_year as bigint) as paying_last_year,
    cast({{ mean('100 * enrolled', 'paying_last_year', 'cells') }} as decimal(28, 8)) as enrolment_completion,
    cast(case
        when enrolment_rate_base = 'paying_over_enrolled' and row_kind = 'total' then {{ mean('100 * paying', 'enrolled', 'cells') }}
    end as decimal(28, 8)) as enrolment_rate
from cells
