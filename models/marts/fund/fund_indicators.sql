-- ratios of a fund's year, each from sums and at the end
with years as (

    select
        region,
        period,
        fund,
        sum(case when line = 'contributions' then amount else 0 end) as contributions,
        sum(case when line = 'benefits' then amount else 0 end) as benefits,
        sum(case when line = 'other_expenditure' then amount else 0 end) as other_expenditure
    from {{ ref('int_fund__years') }}
    group by region, period, fund

),

persons as (

    select
        region,
        period,
        fund,
        enrolled
    from {{ ref('enrolment_by_year') }}
    where version = 'actual'
        and item = 'all'

),

cells as (

    select
        balances.*,
        years.contributions,
        years.benefits,
        years.other_expenditure,
        budgets.income as budget_income,
        budgets.expenditure as budget_expenditure,
        collection.due,
        collection.contribution_base,
        persons.enrolled,
        monthly.mean_monthly_expenditure,
        parameters.surplus_rate_base,
        case when parameters.surplus_rate_base = 'income' then balances.income else balances.closing_balance end as surplus_base
    from {{ ref('int_fund__balances') }} as balances
    inner join years
        on balances.region = years.region
        and balances.period = years.period
        and balances.fund = years.fund
    inner join {{ ref('dim_report_parameters') }} as parameters
        on balances.region = parameters.region
        and balances.fund = parameters.fund
    left join {{ ref('int_fund__budgets') }} as budgets
        on balances.region = budgets.region
        and balances.period = budgets.period
        and balances.fund = budgets.fund
    left join {{ ref('fct_fund_collection') }} as collection
        on balances.region = collection.region
        and balances.period = collection.collection_year
        and balances.fund = collection.fund
    left join persons
        on balances.region = persons.region
        and balances.period = persons.period
        and balances.fund = persons.fund
    left join {{ ref('int_fund__monthly_expenditure') }} as monthly
        on balances.region = monthly.region
        and balances.period = monthly.period
        and balances.fund = monthly.fund

),

rates as (

    select
        *,
        {{ divide('100 * income', 'budget_income') }} as income_execution_rate,
        {{ divide('100 * expenditure', 'budget_expenditure') }} as expenditure_execution_rate,
        {{ divide('100 * surplus', 'surplus_base') }} as surplus_rate,
        {{ divide('100 * surplus', 'income') }} as surplus_over_income,
        {{ divide('100 * surplus', 'closing_balance') }} as surplus_over_balance,
        {{ divide('closing_balance', 'mean_monthly_expenditure') }} as payable_months,
        {{ divide('100 * contributions', 'due') }} as collection_rate,
        {{ divide('100 * contributions', 'income') }} as contribution_share_of_income,
        {{ divide('100 * benefits', 'expenditure') }} as benefit_share_of_expenditure,
        {{ divide('100 * other_expenditure', 'expenditure') }} as other_share_of_expenditure,
        {{ divide('income', 'enrolled') }} as income_per_person,
        {{ divide('expenditure', 'enrolled') }} as expenditure_per_person
    from cells

)

select
    rates.region,
    rates.period,
    rates.fund,
    rates.income_execution_rate,
    rates.expenditure_execution_rate,
    rates.surplus_rate_base,
    rates.surplus_rate,
    rates.surplus_over_income,
    rates.surplus_over_balance,
    rates.mean_monthly_expenditure,
    rates.payable_months,
    last_year.payable_months as earlier_payable_months,
    cast(rates.payable_months - last_year.payable_months as decimal(28, 8)) as payable_months_change,
    grades.grade as risk_grade,
    grades.label_zh as risk_grade_zh,
    rates.contribution_base,
    rates.due as contributions_due,
    rates.collection_rate,
    rates.contribution_share_of_income,
    rates.benefit_share_of_expenditure,
    rates.other_share_of_expenditure,
    rates.income_per_person,
    rates.expenditure_per_person,
    rates.is_synthetic
from rates
left join {{ ref('dim_periods') }} as periods
    on rates.period = periods.period
left join rates as last_year
    on rates.region = last_year.region
    and rates.fund = last_year.fund
    and periods.previous_year = last_year.period
left join {{ ref('int_fund__risk_grades') }} as grades
    on rates.region = grades.region
    and (grades.months_from is null or rates.payable_months >= grades.months_from)
    and (grades.months_below is null or rates.payable_months < grades.months_below)
