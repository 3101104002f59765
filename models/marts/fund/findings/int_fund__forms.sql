-- a delivered form, final accounts or budget, in itself: subtotals, totals and balances against the lines above them
with forms as (

    select
        'accounts' as form_kind,
        region,
        account_year as period,
        fund_part as fund,
        0 as version_no,
        line,
        amount,
        source_file,
        source_line
    from {{ ref('fct_fund_accounts') }}

    union all

    select
        'budget' as form_kind,
        region,
        budget_year as period,
        fund,
        version_no,
        line,
        amount,
        source_file,
        source_line
    from {{ ref('fct_fund_budget') }}

),

parts as (

    select distinct
        fund_part,
        form
    from {{ ref('fund_parts') }}

),

sums as (

    select
        forms.form_kind,
        forms.region,
        forms.period,
        forms.fund,
        forms.version_no,
        {% for measure in ['income', 'expenditure'] %}
        sum(case when lines.measure = '{{ measure }}' and lines.line_kind = 'detail' then forms.amount end) as {{ measure }}_own,
        sum(case when lines.measure = '{{ measure }}' and lines.line_kind = 'detail' then forms.amount end)
        + coalesce(sum(case when lines.measure = '{{ measure }}' and lines.line_kind = 'transfer' then forms.amount end), 0)
            as {{ measure }},
        {% endfor %}
        max(case when forms.line = 'income' then forms.amount end)
        - max(case when forms.line = 'expenditure' then forms.amount end) as surplus,
        max(case when forms.line = 'opening_balance' then forms.amount end)
        + max(case when forms.line = 'surplus' then forms.amount end) as closing_balance
    from forms
    inner join parts
        on forms.fund = parts.fund_part
    inner join {{ ref('fund_statement_lines') }} as lines
        on parts.form = lines.form
        and forms.line = lines.line
    group by forms.form_kind, forms.region, forms.period, forms.fund, forms.version_no

),

wanted as (

    {% for line in ['income_own', 'income', 'expenditure_own', 'expenditure', 'surplus', 'closing_balance'] %}
    select
        form_kind,
        region,
        period,
        fund,
        version_no,
        '{{ line }}' as line,
        {{ line }} as amount
    from sums
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    'lines_add_up' as rule,
    forms.region,
    forms.period,
    forms.fund,
    forms.form_kind || ' ' || forms.line as place,
    'its lines give ' || cast(wanted.amount as {{ dbt.type_string() }}) as expected,
    'it says ' || cast(forms.amount as {{ dbt.type_string() }}) as found,
    forms.source_file,
    forms.source_line
from forms
inner join wanted
    on forms.form_kind = wanted.form_kind
    and forms.region = wanted.region
    and forms.period = wanted.period
    and forms.fund = wanted.fund
    and forms.version_no = wanted.version_no
    and forms.line = wanted.line
where forms.amount <> wanted.amount
