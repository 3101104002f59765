-- what a fund spent on each category of benefits: paid in settlements by the issuer's definition, from personal accounts, and as allowances
with of_claims as (

    select
        claims.region,
        claims.settlement_month as month_starts_on,
        claims.fund,
        claims.benefit_category,
        claims.care_area,
        claims.institution_level,
        case when parts.counts_basic then claims.basic_paid else 0 end
        + case when parts.counts_serious then claims.serious_paid else 0 end
        + case when parts.counts_assistance then claims.assistance_paid else 0 end as expenditure
    from {{ ref('int_operations__claims_by_month') }} as claims
    inner join {{ ref('dim_expenditure_parts') }} as parts
        on claims.region = parts.region
        and claims.fund = parts.fund
        and claims.benefit_category = parts.benefit_category

),

-- money of personal accounts, wherever it was spent, or at pharmacies alone
of_accounts as (

    select
        claims.region,
        claims.settlement_month as month_starts_on,
        claims.fund,
        'personal_account' as benefit_category,
        claims.care_area,
        claims.institution_level,
        claims.account_paid as expenditure
    from {{ ref('int_operations__claims_by_month') }} as claims
    inner join {{ ref('dim_report_parameters') }} as parameters
        on claims.region = parameters.region
        and claims.fund = parameters.fund
    where claims.fund = 'employee'
        and (parameters.personal_account_covers = 'all_payments' or claims.benefit_category = 'personal_account')

),

of_allowances as (

    select
        reports.report_region as region,
        allowances.payment_month as month_starts_on,
        allowances.fund,
        'maternity_allowance' as benefit_category,
        'none' as care_area,
        'none' as institution_level,
        allowances.payment_amount as expenditure
    from {{ ref('fct_maternity_allowances') }} as allowances
    inner join {{ ref('bridge_report_regions') }} as reports
        on allowances.region = reports.region

)

select
    region,
    month_starts_on,
    fund,
    benefit_category,
    care_area,
    institution_level,
    cast(sum(expenditure) as decimal(18, 2)) as expenditure
from (
    select * from of_claims
    union all
    select * from of_accounts
    union all
    select * from of_allowances
) as spent
group by region, month_starts_on, fund, benefit_category, care_area, institution_level
