-- the row that says most about where it holds is the one that holds
with fitting as (

    select
        regions.region,
        funds.fund,
        parameters.parameter,
        parameters.value,
        row_number() over (
            partition by regions.region, funds.fund, parameters.parameter
            order by
                case when parameters.region is null then 1 else 0 end,
                case when parameters.fund is null then 1 else 0 end
        ) as rank_in_parameter
    from {{ ref('report_parameters') }} as parameters
    inner join {{ ref('dim_regions') }} as regions
        on coalesce(parameters.region, regions.region) = regions.region
    inner join {{ ref('dim_funds') }} as funds
        on coalesce(parameters.fund, funds.fund) = funds.fund

)

select
    region,
    fund,
    {% for parameter in ['inpatient_covers', 'basic_segment_covers', 'hospitalisation_base', 'enrolment_rate_base',
        'personal_account_covers', 'surplus_rate_base', 'enrolled_over'] %}
    max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }},
    {% endfor %}
    {% for flag in ['total_counts_serious', 'total_counts_assistance', 'covers_regions_below'] %}
    max(case when parameter = '{{ flag }}' then value end) = 'true' as {{ flag }},
    {% endfor %}
    cast(max(case when parameter = 'payable_months_window' then value end) as integer) as payable_months_window,
    cast(max(case when parameter = 'mean_of_none' then value end) as decimal(28, 8)) as mean_of_none,
    cast(max(case when parameter = 'growth_from_zero' then value end) as decimal(28, 8)) as growth_from_zero,
    cast(max(case when parameter = 'growth_of_none' then value end) as decimal(28, 8)) as growth_of_none
from fitting
where rank_in_parameter = 1
group by region, fund
