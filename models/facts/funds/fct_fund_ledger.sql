with entries as (

    {{ latest_rows('stg_bureau__fund_ledger', ['insured_division', 'insutype', 'account', 'account_month', 'item'],
        ['insured_division', 'insutype', 'account', 'account_month', 'item', 'amount', 'is_synthetic', 'delivery_id', 'batch_id',
         'source_file', 'source_line']) }}

),

dated as (

    select
        *,
        {{ first_of_account_month('account_month') }} as ledger_month
    from entries

),

located as (

    select
        coalesce(regions.region, 'unmapped') as region,
        {{ member_of('funds') }} as fund,
        dated.*
    from dated
    left join {{ ref('dim_regions') }} as regions
        on dated.insured_division = regions.admdvs
    {{ join_code('funds', 'insutype', 'dated.insutype', 'dated.insured_division', 'dated.ledger_month') }}

)

select
    located.region,
    located.fund,
    located.account,
    coalesce(parts.fund_part, located.fund) as fund_part,
    located.insured_division,
    located.ledger_month,
    located.item,
    case when flows.tree = 'statement_income' then 'receipt' else 'payment' end as direction,
    located.amount,
    located.is_synthetic,
    located.delivery_id,
    located.batch_id,
    located.source_file,
    located.source_line
from located
{{ join_fund_part('located') }}
left join {{ ref('dim_tree_edges') }} as flows
    on located.item = flows.child
    and flows.tree = 'statement_income'
