{% set parameters = ['inpatient_covers', 'basic_segment_covers', 'hospitalisation_base', 'enrolment_rate_base', 'personal_account_covers'] %}
{% set flags = ['total_counts_serious', 'total_counts_assistance'] %}
{% set numbers = ['mean_of_none', 'growth_from_zero', 'growth_of_none'] %}

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
    {% for parameter in parameters %}
    max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }},
    {% endfor %}
    {% for flag in flags %}
    max(case when parameter = '{{ flag }}' then value end) = 'true' as {{ flag }},
    {% endfor %}
    {% for number in numbers %}
    cast(max(case when parameter = '{{ number }}' then value end) as decimal(28, 8)) as {{ number }}{{ ',' if not loop.last }}
    {% endfor %}
from fitting
where rank_in_parameter = 1
group by region, fund
