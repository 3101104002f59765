with standards as (

    {{ latest_rows('stg_bureau__contribution_standards', ['insured_division', 'insutype', 'standard_year'], ['insured_division', 'insutype',
        'standard_year', 'individual_amount', 'fiscal_amount', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file',
        'source_line']) }}

),

dated as (

    select
        *,
        {{ first_of_account_month("standard_year || '01'") }} as valid_from
    from standards

)

select
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('funds') }} as fund,
    dated.insured_division,
    dated.standard_year,
    dated.individual_amount,
    dated.fiscal_amount,
    dated.is_synthetic,
    dated.delivery_id,
    dated.batch_id,
    dated.source_file,
    dated.source_line
from dated
left join {{ ref('dim_regions') }} as regions
    on dated.insured_division = regions.admdvs
{{ join_code('funds', 'insutype', 'dated.insutype', 'dated.insured_division', 'dated.valid_from') }}
