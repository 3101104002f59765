{{ config(materialized='incremental', incremental_strategy=monthly_strategy(), unique_key='charge_month',
    partition_by=monthly_partition('charge_month'), on_schema_change='fail', pre_hook="{{ clear_months('fct_claim_lines') }}",
    post_hook=["{{ forget_batches('fct_claim_lines') }}", "{{ note_batches('fct_claim_lines') }}"]) }}
{% set scope = rebuild_scope('fct_claim_lines') %}

with superseded as (

    {{ superseded_versions('fct_claim_lines', scope) }}

),

lines as (

    select
        latest.*,
        cast(charged_at as date) as charged_on
    from (
        {{ latest_records('fct_claim_lines', scope, ['charge_line_id', 'refunded_charge_line_id', 'settlement_id', 'encounter_id',
            'person_token', 'insured_division', 'institution_code', 'med_type', 'list_type', 'catalogue_code', 'national_item_code',
            'chrgitm_lv', 'med_chrgitm_type', 'hi_nego_drug_flag', 'charged_at', 'quantity', 'unit_price', 'line_cost', 'own_expense',
            'over_limit_expense', 'first_self_paid', 'policy_cost', 'batch_id', 'source_file',
            'source_line']) }}
    ) as latest

)

select
    -- ids
    lines.charge_line_id,
    lines.settlement_id,
    lines.encounter_id,
    lines.refunded_charge_line_id,
    lines.person_token,
    -- when and where
    lines.charged_at,
    {{ month_of('lines.charged_at') }} as charge_month,
    lines.insured_division,
    lines.institution_code,
    -- what
    lines.catalogue_code,
    lines.national_item_code,
    {{ member_of('kinds', 'lines.list_type') }} as item_kind,
    {{ member_of('charge_types', 'lines.med_chrgitm_type') }} as charge_type,
    {{ member_of('classes', 'lines.chrgitm_lv') }} as catalogue_class,
    {{ member_of('negotiated', 'lines.hi_nego_drug_flag') }} as negotiated_drug,
    -- the codes of what may be in no map
    lines.med_type,
    lines.list_type,
    lines.med_chrgitm_type,
    lines.chrgitm_lv,
    lines.hi_nego_drug_flag,
    -- how much; amounts in yuan, those of a refund negative
    lines.quantity,
    lines.unit_price,
    lines.line_cost,
    lines.own_expense,
    lines.over_limit_expense,
    lines.first_self_paid,
    lines.policy_cost,
    deliveries.is_synthetic,
    -- where the row comes from
    deliveries.delivery_id,
    lines.batch_id,
    lines.source_file,
    lines.source_line
from lines
inner join {{ ref('stg_ingest__deliveries') }} as deliveries
    on lines.batch_id = deliveries.batch_id
{{ join_code('kinds', 'list_type', 'lines.list_type', 'lines.insured_division', 'lines.charged_on') }}
{{ join_code('charge_types', 'med_chrgitm_type', 'lines.med_chrgitm_type', 'lines.insured_division', 'lines.charged_on') }}
{{ join_code('classes', 'chrgitm_lv', 'lines.chrgitm_lv', 'lines.insured_division', 'lines.charged_on') }}
{{ join_code('negotiated', 'hi_nego_drug_flag', 'lines.hi_nego_drug_flag', 'lines.insured_division', 'lines.charged_on') }}
