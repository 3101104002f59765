-- the row that says most about where it holds is the one that holds
with fitting as (

    select
        regions.region,
        funds.fund,
        categories.benefit_category,
        parts.counts_basic,
        parts.counts_serious,
        parts.counts_assistance,
        row_number() over (
            partition by regions.region, funds.fund, categories.benefit_category
            order by
                case when parts.region is null then 1 else 0 end,
                case when parts.fund is null then 1 else 0 end,
                case when parts.benefit_category is null then 1 else 0 end
        ) as rank_in_category
    from {{ ref('expenditure_parts') }} as parts
    inner join {{ ref('dim_regions') }} as regions
        on coalesce(parts.region, regions.region) = regions.region
    inner join {{ ref('dim_funds') }} as funds
        on coalesce(parts.fund, funds.fund) = funds.fund
    inner join {{ ref('dim_benefit_categories') }} as categories
        on coalesce(parts.benefit_category, categories.benefit_category) = categories.benefit_category

)

select
    region,
    fund,
    benefit_category,
    counts_basic,
    counts_serious,
    counts_assistance
from fitting
where rank_in_category = 1
