-- a hospital's payments of the two years, and what of them weighs in the shares
with paid as (

    select
        terms.scenario,
        terms.region,
        terms.fund,
        institutions.institution_code,
        institutions.region as area,
        institutions.is_drg,
        coalesce(institutions.terminated_year < terms.budget_year, false) as is_terminated,
        sum(case when payments.payment_year = terms.year_before then payments.amount else 0 end) as paid_year_before,
        sum(case when payments.payment_year = terms.two_years_before then payments.amount else 0 end) as paid_two_years_before,
        -- terminated longer ago: like the earlier of the two years; terminated since: not cut yet
        max(case
            when institutions.terminated_year = terms.year_before then terms.kept_of_year_before
            when institutions.terminated_year <= terms.two_years_before then terms.kept_of_two_years_before
            else 1
        end) as kept,
        max(terms.weight_of_year_before) as weight_of_year_before,
        max(terms.weight_of_two_years_before) as weight_of_two_years_before
    from {{ ref('int_budget__terms') }} as terms
    inner join {{ ref('int_budget__areas') }} as areas
        on terms.region = areas.region
    inner join {{ ref('dim_budget_institutions') }} as institutions
        on areas.area = institutions.region
    inner join {{ ref('fct_hospital_payments') }} as payments
        on institutions.institution_code = payments.institution_code
        and terms.fund = payments.fund
    group by
        terms.scenario, terms.region, terms.fund, terms.budget_year, institutions.institution_code, institutions.region,
        institutions.is_drg, institutions.terminated_year

)

select
    scenario,
    region,
    fund,
    institution_code,
    area,
    case when is_drg then 'drg' else 'non_drg' end as item,
    -- hospitals paid by DRG share one total, wherever they are
    case when is_drg then region else area end as receiver,
    is_terminated,
    cast(paid_year_before as decimal(18, 2)) as paid_year_before,
    cast(paid_two_years_before as decimal(18, 2)) as paid_two_years_before,
    cast(
        cast(
            cast(paid_year_before as decimal(18, 2)) * weight_of_year_before
            + cast(paid_two_years_before as decimal(18, 2)) * weight_of_two_years_before as decimal(24, 6)
        ) * cast(kept as decimal(9, 4)) as decimal(24, 6)
    ) as weighted_payments
from paid
