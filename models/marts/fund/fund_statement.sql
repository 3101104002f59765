-- the national statement: what the ledger gives, beside what the delivered form says
with forms as (

    select distinct
        fund_part as fund,
        form
    from {{ ref('fund_parts') }}

),

stated as (

    {% for version, step in [('actual', 'int_fund__balances'), ('budget', 'int_fund__budgets')] %}
    select
        region,
        period,
        '{{ version }}' as version,
        fund,
        is_synthetic
    from {{ ref(step) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

delivered as (

    select
        region,
        account_year as period,
        'actual' as version,
        fund_part as fund,
        line,
        amount
    from {{ ref('fct_fund_accounts') }}

    union all

    select
        region,
        budget_year as period,
        'budget' as version,
        fund,
        line,
        amount
    from {{ ref('fct_fund_budget') }}
    where is_in_force

)

select
    stated.region,
    stated.period,
    stated.version,
    stated.fund,
    lines.line,
    lines.item,
    lines.position,
    lines.line_kind,
    lines.label_zh,
    lines.label_en,
    statements.amount,
    delivered.amount as form_amount,
    {% for measure in ['opening_balance', 'income', 'expenditure', 'surplus', 'closing_balance'] %}
    cast(case when lines.measure = '{{ measure }}' then statements.amount end as decimal(18, 2)) as {{ measure }},
    {% endfor %}
    stated.is_synthetic
from stated
inner join forms
    on stated.fund = forms.fund
inner join {{ ref('fund_statement_lines') }} as lines
    on forms.form = lines.form
left join {{ ref('int_fund__statements') }} as statements
    on stated.region = statements.region
    and stated.period = statements.period
    and stated.version = statements.version
    and stated.fund = statements.fund
    and lines.measure = statements.measure
    and lines.line_kind = statements.line_kind
    and (statements.line is null or lines.line = statements.line)
left join delivered
    on stated.region = delivered.region
    and stated.period = delivered.period
    and stated.version = delivered.version
    and stated.fund = delivered.fund
    and lines.line = delivered.line
