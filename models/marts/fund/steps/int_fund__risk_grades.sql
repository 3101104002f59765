-- the grades of each region: its own where it has any, else the defaults, each up to where the next one begins
with fitting as (

    select
        regions.region,
        grades.grade,
        grades.label_zh,
        grades.months_from,
        rank() over (partition by regions.region order by case when grades.region is null then 1 else 0 end) as specificity
    from {{ ref('fund_risk_grades') }} as grades
    inner join {{ ref('dim_regions') }} as regions
        on coalesce(grades.region, regions.region) = regions.region

)

select
    region,
    grade,
    label_zh,
    months_from,
    lead(months_from) over (partition by region order by coalesce(months_from, -1)) as months_below
from fitting
where specificity = 1
