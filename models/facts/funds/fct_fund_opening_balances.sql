with balances as (

    {{ rows_of_funds('stg_bureau__fund_opening_balances', ['insured_division', 'insutype', 'account', 'balance_year'], ['balance'],
        'balance_year') }}

)

select
    balances.region,
    balances.fund,
    balances.account,
    coalesce(parts.fund_part, balances.fund) as fund_part,
    balances.insured_division,
    balances.balance_year,
    balances.balance,
    balances.is_synthetic,
    balances.delivery_id,
    balances.batch_id,
    balances.source_file,
    balances.source_line
from balances
{{ join_fund_part('balances') }}
