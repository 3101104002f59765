-- 上解 and 补助: what the divisions book must be what their city books, month by month. The city's own ledger is under its own code or
-- under that of 市本级, which ends in 99.
with cities as (

    -- of a region alone one end is seen
    select distinct region
    from {{ ref('int_fund__members') }}
    where is_below

),

entries as (

    select
        members.region,
        ledger.fund,
        ledger.ledger_month,
        ledger.item,
        ledger.insured_division like '____99' or not members.is_below as is_of_city,
        ledger.amount
    from {{ ref('fct_fund_ledger') }} as ledger
    inner join {{ ref('int_fund__members') }} as members
        on ledger.region = members.member
    inner join cities
        on members.region = cities.region
    where ledger.item in ('to_above', 'from_below', 'to_below', 'from_above')

),

sums as (

    select
        region,
        fund,
        ledger_month,
        sum(case when item = 'to_above' and not is_of_city then amount else 0 end) as to_above,
        sum(case when item = 'from_below' and is_of_city then amount else 0 end) as from_below,
        sum(case when item = 'to_below' and is_of_city then amount else 0 end) as to_below,
        sum(case when item = 'from_above' and not is_of_city then amount else 0 end) as from_above
    from entries
    group by region, fund, ledger_month

)

{% for paid, received in [('to_above', 'from_below'), ('to_below', 'from_above')] %}
select
    'transfers_booked_at_both_ends' as rule,
    region,
    cast(cast(extract(year from ledger_month) as integer) as {{ dbt.type_string() }}) as period,
    fund,
    '{{ received }} ' || cast(ledger_month as {{ dbt.type_string() }}) as place,
    '{{ paid }} ' || cast({{ paid }} as {{ dbt.type_string() }}) as expected,
    '{{ received }} ' || cast({{ received }} as {{ dbt.type_string() }}) as found,
    cast(null as {{ dbt.type_string() }}) as source_file,
    cast(null as bigint) as source_line
from sums
where {{ paid }} <> {{ received }}
{{ 'union all' if not loop.last }}
{% endfor %}
