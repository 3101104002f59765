-- a month is there when a claim was settled in it; a longer period, when all of its months are
with months as (

    select distinct
        reports.report_region as region,
        settled.settlement_month as month_starts_on,
        cast(extract(year from settled.settlement_month) as integer) as year_number,
        cast(extract(month from settled.settlement_month) as integer) as month_number,
        cast(cast(extract(year from settled.settlement_month) as integer) as {{ dbt.type_string() }}) as year_code
    from (
        select distinct
            region,
            settlement_month
        from {{ ref('fct_claims') }}
    ) as settled
    inner join {{ ref('bridge_report_regions') }} as reports
        on settled.region = reports.region

),

-- every period that a month is a part of, and how many months make it
candidates as (

    select
        region,
        month_starts_on,
        'month' as period_kind,
        year_code || 'M' || {{ two_digits('month_number') }} as period,
        1 as months_in_it
    from months

    union all

    select
        region,
        month_starts_on,
        'quarter' as period_kind,
        year_code || 'Q' || {{ one_digit('ceil(month_number / 3.0)') }} as period,
        3 as months_in_it
    from months

    union all

    select
        region,
        month_starts_on,
        'half_year' as period_kind,
        year_code || 'H' || {{ one_digit('ceil(month_number / 6.0)') }} as period,
        6 as months_in_it
    from months

    union all

    select
        region,
        month_starts_on,
        'year' as period_kind,
        year_code as period,
        12 as months_in_it
    from months

    union all

    select
        months.region,
        months.month_starts_on,
        'year_to_date' as period_kind,
        months.year_code || 'YTD' || {{ two_digits('last_months.month_number') }} as period,
        last_months.month_number as months_in_it
    from months
    inner join months as last_months
        on months.region = last_months.region
        and months.year_number = last_months.year_number
        and months.month_number <= last_months.month_number

),

periods as (

    select
        region,
        period,
        period_kind,
        min(month_starts_on) as starts_on,
        max(month_starts_on) as last_month_starts_on
    from candidates
    group by region, period, period_kind
    having count(*) = max(months_in_it)

),

named as (

    select
        *,
        substr(period, 1, 4) as year_code,
        cast(cast(substr(period, 1, 4) as integer) - 1 as {{ dbt.type_string() }}) as previous_year
    from periods

)

select
    named.region,
    named.period,
    named.period_kind,
    named.starts_on,
    cast({{ dbt.last_day('named.last_month_starts_on', 'month') }} as date) as ends_on,
    earlier.period as earlier_period,
    named.previous_year,
    named.year_code as containing_year
from named
left join periods as earlier
    on named.region = earlier.region
    and named.previous_year || substr(named.period, 5) = earlier.period
