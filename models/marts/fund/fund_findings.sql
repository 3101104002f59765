{% set steps = ['months', 'years_checked', 'balances_checked', 'transfers', 'forms', 'versions', 'units'] %}

with found as (

    {% for step in steps %}
    select * from {{ ref('int_fund__' ~ step) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    found.rule,
    found.region,
    found.period,
    found.fund,
    found.place,
    found.expected,
    found.found,
    '不符合：' || rules.label_zh || '（' || coalesce(funds.label_zh, found.fund) || ' ' || found.period || '年 ' || found.place || '）'
        as statement_zh,
    'broken: ' || rules.label_en || ' (' || found.region || ' ' || found.fund || ' ' || found.period || ', ' || found.place || ': expected '
    || found.expected || '; found ' || found.found || ')' as statement_en,
    rules.severity,
    rules.who_fixes,
    found.source_file,
    found.source_line
from found
inner join {{ ref('fund_rules') }} as rules
    on found.rule = rules.rule
left join {{ ref('dim_funds') }} as funds
    on found.fund = funds.fund
