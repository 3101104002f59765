-- The budget in force: what comes in and goes out, from its lines, or as its totals say where it has no lines; the balance that the
-- year before left is what it begins with.
with lines as (

    select
        budget.region,
        budget.budget_year as period,
        budget.fund,
        lines.measure,
        lines.line_kind,
        budget.amount,
        budget.is_synthetic
    from {{ ref('fct_fund_budget') }} as budget
    inner join {{ ref('fund_parts') }} as parts
        on budget.fund = parts.fund_part
        and parts.account = 'all'
    inner join {{ ref('fund_statement_lines') }} as lines
        on parts.form = lines.form
        and budget.line = lines.line
    where budget.is_in_force

),

sums as (

    select
        region,
        period,
        fund,
        {% for measure in ['income', 'expenditure'] %}
        sum(case when measure = '{{ measure }}' and line_kind = 'detail' then amount end) as {{ measure }}_of_lines,
        coalesce(sum(case when measure = '{{ measure }}' and line_kind = 'transfer' then amount end), 0) as {{ measure }}_passed_on,
        max(case when measure = '{{ measure }}' and line_kind = 'total' then amount end) as {{ measure }}_said,
        {% endfor %}
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from lines
    group by region, period, fund

),

totals as (

    select
        *,
        coalesce(income_of_lines + income_passed_on, income_said) as income,
        coalesce(expenditure_of_lines + expenditure_passed_on, expenditure_said) as expenditure
    from sums

)

select
    totals.region,
    totals.period,
    totals.fund,
    totals.is_synthetic,
    cast(totals.income as decimal(18, 2)) as income,
    cast(totals.expenditure as decimal(18, 2)) as expenditure,
    cast(totals.income - totals.expenditure as decimal(18, 2)) as surplus,
    last_year.closing_balance as opening_balance,
    cast(last_year.closing_balance + totals.income - totals.expenditure as decimal(18, 2)) as closing_balance
from totals
left join {{ ref('dim_periods') }} as periods
    on totals.period = periods.period
left join {{ ref('int_fund__balances') }} as last_year
    on totals.region = last_year.region
    and totals.fund = last_year.fund
    and periods.previous_year = last_year.period
