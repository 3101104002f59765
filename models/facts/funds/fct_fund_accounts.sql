with accounts as (

    {{ rows_of_funds('stg_bureau__fund_accounts', ['insured_division', 'insutype', 'account', 'account_year', 'line'],
        ['amount_wan', 'amount'], 'account_year') }}

)

select
    accounts.region,
    accounts.fund,
    accounts.account,
    coalesce(parts.fund_part, accounts.fund) as fund_part,
    accounts.insured_division,
    accounts.account_year,
    accounts.line,
    accounts.amount_wan,
    accounts.amount,
    accounts.is_synthetic,
    accounts.delivery_id,
    accounts.batch_id,
    accounts.source_file,
    accounts.source_line
from accounts
{{ join_fund_part('accounts') }}
