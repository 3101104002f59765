-- Every region with itself, and with the city or province above it whose reports add up what is below.
with regions as (

    select
        region,
        admdvs,
        region_level,
        case region_level when 'province' then substr(admdvs, 1, 2) when 'city' then substr(admdvs, 1, 4) else admdvs end as stem
    from {{ ref('dim_regions') }}

)

select
    region,
    region as report_region
from regions

union all

select
    'unmapped' as region,
    'unmapped' as report_region

union all

select
    below.region,
    above.region as report_region
from regions as below
inner join regions as above
    on substr(below.admdvs, 1, length(above.stem)) = above.stem
    and below.region <> above.region
where above.region_level in ('city', 'province')
    and above.region in (
        select parameters.region from {{ ref('dim_report_parameters') }} as parameters
        where parameters.covers_regions_below
    )
