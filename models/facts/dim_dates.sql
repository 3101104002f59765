-- one row per day of 2000 to 2049
with days as (

    {{ dbt.date_spine('day', "cast('2000-01-01' as date)", "cast('2050-01-01' as date)") }}

),

parts as (

    select
        cast(date_day as date) as date_day,
        cast(extract(year from date_day) as integer) as year_number,
        cast(extract(month from date_day) as integer) as month_number,
        cast(extract(day from date_day) as integer) as day_number
    from days

)

select
    date_day,
    {{ month_of('date_day') }} as month_starts_on,
    year_number,
    case when month_number <= 6 then 1 else 2 end as half_number,
    case
        when month_number <= 3 then 1
        when month_number <= 6 then 2
        when month_number <= 9 then 3
        else 4
    end as quarter_number,
    month_number,
    day_number,
    cast(year_number as {{ dbt.type_string() }}) as period_of_year,
    cast(year_number as {{ dbt.type_string() }}) || case when month_number <= 6 then 'H1' else 'H2' end as period_of_half_year
from parts
