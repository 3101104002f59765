-- The ledger by line of the statement, for each region and for the city that adds several up, for each account and the whole fund.
with parts as (

    select distinct
        fund_part,
        fund_part as fund,
        form,
        is_pooled
    from {{ ref('fund_parts') }}

    union

    -- the whole fund is its pooled fund and its personal accounts
    select distinct
        parts.fund_part,
        parts.fund,
        parts.form,
        wholes.is_pooled
    from {{ ref('fund_parts') }} as parts
    inner join {{ ref('fund_parts') }} as wholes
        on parts.fund = wholes.fund_part

)

select
    members.region,
    parts.fund,
    parts.form,
    parts.is_pooled,
    ledger.ledger_month,
    cast(cast(extract(year from ledger.ledger_month) as integer) as {{ dbt.type_string() }}) as period,
    lines.line,
    max(case when members.is_below then 1 else 0 end) = 1 as is_consolidated,
    cast(sum(ledger.amount) as decimal(18, 2)) as amount,
    max(case when ledger.is_synthetic then 1 else 0 end) = 1 as is_synthetic
from {{ ref('fct_fund_ledger') }} as ledger
inner join {{ ref('int_fund__members') }} as members
    on ledger.region = members.member
inner join parts
    on ledger.fund_part = parts.fund_part
inner join {{ ref('int_fund__statement_lines') }} as lines
    on parts.form = lines.form
    and ledger.item = lines.item
group by members.region, parts.fund, parts.form, parts.is_pooled, ledger.ledger_month, lines.line
