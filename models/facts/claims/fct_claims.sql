{{ config(materialized='incremental', incremental_strategy=monthly_strategy(), unique_key='settlement_month',
    partition_by=monthly_partition('settlement_month'), on_schema_change='fail', pre_hook="{{ clear_months('fct_claims') }}",
    post_hook=["{{ forget_batches('fct_claims') }}", "{{ note_batches('fct_claims') }}", "{{ note_institution_periods() }}",
        "{{ forget_months_built('fct_claims') }}", "{{ note_months_built('fct_claims') }}"]) }}
{% set scope = rebuild_scope('fct_claims') %}
{% set amounts = settlement_amounts().values() | reject('in', ['serious_illness_paid', 'large_amount_paid']) | list %}

with superseded as (

    {{ superseded_versions('fct_claims', scope) }}

),

-- what is reversed: by a reversal of this scope, or of a month that stands
reversed as (

    select reversed_settlement_id as settlement_id
    from ({{ latest_records('fct_claims', scope, ['reversed_settlement_id', 'is_marked_reversed']) }}) as reversals
    where reversed_settlement_id is not null and is_marked_reversed

    union distinct

    {% if scope.months is none -%}
    select cast(null as {{ dbt.type_string() }}) as settlement_id
    where 1 = 0
    {%- else -%}
    select reversed_settlement_id as settlement_id from {{ this }}
    where is_reversal
    {%- endif %}

),

originals as (

    {{ original_months('fct_claims', scope) }}

),

settlements as (

    select
        latest.*,
        cast(settled_at as date) as settled_on,
        reversed_settlement_id is not null and is_marked_reversed as is_reversal
    from ({{ latest_records('fct_claims', scope, settlement_fields()) }}) as latest

),

signed as (

    select
        *,
        case when is_reversal then -1 else 1 end as sign
    from settlements

)

select
    -- ids
    signed.settlement_id,
    signed.encounter_id,
    signed.person_token,
    -- when
    signed.settled_at,
    {{ month_of('signed.settled_at') }} as settlement_month,
    signed.care_begins_on,
    signed.care_ends_on,
    -- coordinates of an address
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('funds') }} as fund,
    {{ member_of('categories') }} as benefit_category,
    {{ care_area('signed.insured_division', 'coalesce(institutions.institution_division, signed.institution_division)') }} as care_area,
    coalesce(institutions.institution_level, levels.member, 'unmapped') as institution_level,
    -- what they come from
    signed.insured_division,
    coalesce(institutions.institution_division, signed.institution_division) as institution_division,
    signed.institution_code,
    institutions.institution_code is not null as is_institution_on_record,
    signed.insutype,
    signed.med_type,
    -- the person
    {{ member_of('person_types', 'signed.psn_type') }} as person_type,
    {{ member_of('sexes', 'signed.gend') }} as sex,
    signed.birth_year,
    signed.sp_psn_type as assistance_group_code,
    -- the care
    signed.disease_code,
    {{ member_of('ways', 'signed.clr_way') }} as settlement_way,
    coalesce(categories.is_inpatient, signed.clr_type = '21', false) as is_inpatient,
    -- counts: a visit is the final settlement of an encounter, a reversal takes one away
    case when signed.is_mid_stay then 0 else signed.sign end as visits,
    cast(case
        when signed.is_mid_stay or not coalesce(categories.is_inpatient, signed.clr_type = '21', false) then 0
        -- a day at least
        when signed.care_ends_on <= signed.care_begins_on then signed.sign
        else signed.sign * {{ dbt.datediff('signed.care_begins_on', 'signed.care_ends_on', 'day') }}
    end as integer) as bed_days,
    -- amounts in yuan, those of a reversal negative
    {% for amount in amounts %}
    signed.{{ amount }},
    {% if amount == 'basic_paid' %}
    cast(signed.serious_illness_paid + signed.large_amount_paid as decimal(18, 2)) as serious_paid,
    {% endif %}
    {% endfor %}
    -- reversals
    signed.is_reversal,
    signed.reversed_settlement_id,
    case when signed.is_reversal then originals.original_month end as reversed_settlement_month,
    reversed.settlement_id is not null as is_reversed,
    not signed.is_reversal and reversed.settlement_id is null as counts_net,
    -- flags
    signed.is_mid_stay,
    signed.table_no = 2 as is_settled_elsewhere,
    deliveries.is_synthetic,
    -- where the row comes from
    deliveries.delivery_id,
    signed.batch_id,
    signed.source_file,
    signed.source_line
from signed
inner join {{ ref('stg_ingest__deliveries') }} as deliveries
    on signed.batch_id = deliveries.batch_id
left join reversed
    on signed.settlement_id = reversed.settlement_id
left join originals
    on {{ record_key('signed.reversed_settlement_id') }} = originals.original_key
left join {{ ref('dim_regions') }} as regions
    on signed.insured_division = regions.admdvs
left join {{ ref('bridge_institution_periods') }} as institutions
    on signed.institution_code = institutions.institution_code
    and signed.settled_on between institutions.valid_from and institutions.valid_to
{{ join_code('funds', 'insutype', 'signed.insutype', 'signed.insured_division', 'signed.settled_on') }}
{{ join_code('categories', 'med_type', 'signed.med_type', 'signed.insured_division', 'signed.settled_on') }}
{{ join_code('levels', 'hosp_lv', 'signed.hosp_lv', 'signed.insured_division', 'signed.settled_on') }}
{{ join_code('person_types', 'psn_type', 'signed.psn_type', 'signed.insured_division', 'signed.settled_on') }}
{{ join_code('sexes', 'gend', 'signed.gend', 'signed.insured_division', 'signed.settled_on') }}
{{ join_code('ways', 'clr_way', 'signed.clr_way', 'signed.insured_division', 'signed.settled_on') }}
