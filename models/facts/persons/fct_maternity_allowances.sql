with payments as (

    {{ latest_rows('stg_bureau__maternity_allowances', 'payment_id', ['payment_id', 'person_token', 'insutype', 'insured_division',
        'paid_on', 'allowance_days', 'payment_amount', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

)

select
    payments.payment_id,
    payments.person_token,
    {{ member_of('funds') }} as fund,
    payments.insured_division,
    coalesce(regions.region, 'unmapped') as region,
    payments.paid_on,
    {{ month_of('payments.paid_on') }} as payment_month,
    payments.allowance_days,
    payments.payment_amount,
    payments.is_synthetic,
    payments.delivery_id,
    payments.batch_id,
    payments.source_file,
    payments.source_line
from payments
left join {{ ref('dim_regions') }} as regions
    on payments.insured_division = regions.admdvs
{{ join_code('funds', 'insutype', 'payments.insutype', 'payments.insured_division', 'payments.paid_on') }}
