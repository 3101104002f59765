-- an amount a thousand times what the ledger, or else the accounts, have in that line this year or the year before is in another unit
with known as (

    select
        region,
        period,
        fund,
        line,
        amount,
        1 as preference
    from {{ ref('fund_statement') }}
    where version = 'actual' and amount > 0

    union all

    select
        region,
        account_year as period,
        fund_part as fund,
        line,
        amount,
        2 as preference
    from {{ ref('fct_fund_accounts') }}
    where amount > 0

),

forms as (

    select
        region,
        account_year as period,
        fund_part as fund,
        line,
        'amount_wan' as column_name,
        amount_wan,
        amount,
        source_file,
        source_line
    from {{ ref('fct_fund_accounts') }}

    union all

    select
        region,
        budget_year as period,
        fund,
        line,
        'amount_wan' as column_name,
        amount_wan,
        amount,
        source_file,
        source_line
    from {{ ref('fct_fund_budget') }}

    union all

    select
        region,
        collection_year as period,
        fund,
        'contributions' as line,
        'due_wan' as column_name,
        cast({{ divide('due', '10000') }} as decimal(18, 6)) as amount_wan,
        due as amount,
        source_file,
        source_line
    from {{ ref('fct_fund_collection') }}

),

compared as (

    select
        forms.*,
        known.amount as known_amount,
        row_number() over (
            partition by forms.source_file, forms.source_line, forms.region, forms.fund
            order by known.preference, case when known.period = forms.period then 0 else 1 end
        ) as choice
    from forms
    inner join {{ ref('dim_periods') }} as periods
        on forms.period = periods.period
    inner join known
        on forms.region = known.region
        and forms.fund = known.fund
        and forms.line = known.line
        and (forms.period = known.period or periods.previous_year = known.period)

)

select
    'amounts_in_their_unit' as rule,
    region,
    period,
    fund,
    line as place,
    '万元, about ' || cast(cast({{ divide('known_amount', '10000') }} as decimal(18, 2)) as {{ dbt.type_string() }}) as expected,
    column_name || ' ' || cast(amount_wan as {{ dbt.type_string() }}) || ' seems to be in 元' as found,
    source_file,
    source_line
from compared
where choice = 1
    and amount > 1000 * known_amount
