-- the delivered final accounts against the statement that the ledger gives, line by line: counties added up, transfers taken out
select
    'months_sum_to_year' as rule,
    region,
    period,
    fund,
    line as place,
    'the final accounts say ' || cast(form_amount as {{ dbt.type_string() }}) as expected,
    'the ledger sums to ' || cast(amount as {{ dbt.type_string() }}) as found,
    cast(null as {{ dbt.type_string() }}) as source_file,
    cast(null as bigint) as source_line
from {{ ref('fund_statement') }}
where version = 'actual'
    and form_amount <> amount
