with delivered as (

    {{ latest_rows('stg_bureau__hospital_payments', ['institution_code', 'insutype', 'payment_year'],
        ['institution_code', 'insutype', 'payment_year', 'amount',
         'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

),

records as (

    select
        *,
        {{ first_of_account_month("payment_year || '01'") }} as valid_from
    from delivered

)

select
    records.institution_code,
    {{ member_of('funds') }} as fund,
    records.payment_year,
    records.amount,
    records.is_synthetic,
    records.delivery_id,
    records.batch_id,
    records.source_file,
    records.source_line
from records
-- a row names no division; these insurances have the same codes everywhere
{{ join_code('funds', 'insutype', 'records.insutype', "'00'", 'records.valid_from') }}
