with records as (

    {{ latest_rows('stg_bureau__paying_counts', ['pooling_division', 'insutype', 'budget_year', 'counted_on'],
        ['pooling_division', 'insutype', 'budget_year', 'counted_on', 'persons',
         'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

),

dated as (

    select
        *,
        {{ first_of_account_month("budget_year || '01'") }} as valid_from
    from records

)

select
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('funds') }} as fund,
    dated.budget_year,
    dated.counted_on,
    dated.persons,
    dated.is_synthetic,
    dated.delivery_id,
    dated.batch_id,
    dated.source_file,
    dated.source_line
from dated
left join {{ ref('dim_regions') }} as regions
    on dated.pooling_division = regions.admdvs
{{ join_code('funds', 'insutype', 'dated.insutype', 'dated.pooling_division', 'dated.valid_from') }}
