-- every statement, final accounts and budgets, as amounts by kind of line: details and transfers by line, the rest by measure
with lines as (

    select
        years.region,
        years.period,
        'actual' as version,
        years.fund,
        years.line,
        years.line_kind,
        years.measure,
        years.amount
    from {{ ref('int_fund__years') }} as years

    union all

    select
        budget.region,
        budget.budget_year as period,
        'budget' as version,
        budget.fund,
        lines.line,
        lines.line_kind,
        lines.measure,
        budget.amount
    from {{ ref('fct_fund_budget') }} as budget
    inner join {{ ref('fund_parts') }} as parts
        on budget.fund = parts.fund_part
        and parts.account = 'all'
    inner join {{ ref('fund_statement_lines') }} as lines
        on parts.form = lines.form
        and budget.line = lines.line
    where budget.is_in_force
        and lines.line_kind in ('detail', 'transfer')

),

balances as (

    {% for version, step in [('actual', 'int_fund__balances'), ('budget', 'int_fund__budgets')] %}
    {% for kind, measure in [('total', 'income'), ('total', 'expenditure'), ('balance', 'opening_balance'), ('balance', 'surplus'),
        ('balance', 'closing_balance')] %}
    select
        region,
        period,
        '{{ version }}' as version,
        fund,
        '{{ kind }}' as line_kind,
        '{{ measure }}' as measure,
        {{ measure }} as amount
    from {{ ref(step) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    region,
    period,
    version,
    fund,
    line,
    line_kind,
    measure,
    amount
from lines

union all

select
    region,
    period,
    version,
    fund,
    null as line,
    'subtotal' as line_kind,
    measure,
    cast(sum(amount) as decimal(18, 2)) as amount
from lines
where line_kind = 'detail'
group by region, period, version, fund, measure

union all

select
    region,
    period,
    version,
    fund,
    null as line,
    line_kind,
    measure,
    amount
from balances
