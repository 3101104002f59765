with dated as (

    {{ latest_rows('stg_bureau__budget_execution', ['settlement_division', 'insutype', 'execution_month', 'item', 'institution_code'],
        ['settlement_division', 'insutype', 'execution_month', 'item', 'institution_code', 'visits', 'total_cost', 'amount',
         'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line']) }}

)

select
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('funds') }} as fund,
    dated.execution_month,
    cast(cast(extract(year from dated.execution_month) as integer) as {{ dbt.type_string() }}) as budget_year,
    cast(extract(month from dated.execution_month) as integer) as month_number,
    dated.item,
    dated.institution_code,
    dated.visits,
    dated.total_cost,
    dated.amount,
    dated.is_synthetic,
    dated.delivery_id,
    dated.batch_id,
    dated.source_file,
    dated.source_line
from dated
left join {{ ref('dim_regions') }} as regions
    on dated.settlement_division = regions.admdvs
{{ join_code('funds', 'insutype', 'dated.insutype', 'dated.settlement_division', 'dated.execution_month') }}
