with entries as (

    {{ latest_rows('stg_bureau__fund_ledger', ['insured_division', 'insutype', 'account_month', 'item'], ['insured_division', 'insutype',
        'account_month', 'item', 'amount', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

),

dated as (

    select
        *,
        {{ first_of_account_month('account_month') }} as ledger_month
    from entries

)

select
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('funds') }} as fund,
    dated.insured_division,
    dated.ledger_month,
    dated.item,
    dated.amount,
    dated.is_synthetic,
    dated.delivery_id,
    dated.batch_id,
    dated.source_file,
    dated.source_line
from dated
left join {{ ref('dim_regions') }} as regions
    on dated.insured_division = regions.admdvs
{{ join_code('funds', 'insutype', 'dated.insutype', 'dated.insured_division', 'dated.ledger_month') }}
