{{ config(materialized='incremental', incremental_strategy=monthly_strategy(), unique_key='encounter_month',
    partition_by=monthly_partition('encounter_month'), on_schema_change='fail', pre_hook="{{ clear_months('fct_encounters') }}",
    post_hook=["{{ forget_batches('fct_encounters') }}", "{{ note_batches('fct_encounters') }}"]) }}
{% set scope = rebuild_scope('fct_encounters') %}

with superseded as (

    {{ superseded_versions('fct_encounters', scope) }}

),

encounters as (

    select
        latest.*,
        cast(begins_at as date) as begins_on
    from (
        {{ latest_records('fct_encounters', scope, ['encounter_id', 'person_token', 'insured_division', 'institution_code', 'insutype',
            'med_type', 'disease_code', 'diagnosis_code', 'discharge_way', 'begins_at', 'ends_at', 'is_in_hospital', 'inpatient_days',
            'batch_id', 'source_file', 'source_line']) }}
    ) as latest

)

select
    -- ids
    encounters.encounter_id,
    encounters.person_token,
    -- when and where
    encounters.begins_at,
    encounters.ends_at,
    {{ month_of('encounters.begins_at') }} as encounter_month,
    encounters.insured_division,
    encounters.institution_code,
    -- what
    {{ member_of('funds') }} as fund,
    {{ member_of('categories', 'encounters.med_type') }} as benefit_category,
    encounters.disease_code,
    encounters.diagnosis_code,
    encounters.discharge_way,
    encounters.is_in_hospital,
    encounters.inpatient_days,
    deliveries.is_synthetic,
    -- where the row comes from
    deliveries.delivery_id,
    encounters.batch_id,
    encounters.source_file,
    encounters.source_line
from encounters
inner join {{ ref('stg_ingest__deliveries') }} as deliveries
    on encounters.batch_id = deliveries.batch_id
{{ join_code('funds', 'insutype', 'encounters.insutype', 'encounters.insured_division', 'encounters.begins_on') }}
{{ join_code('categories', 'med_type', 'encounters.med_type', 'encounters.insured_division', 'encounters.begins_on') }}
