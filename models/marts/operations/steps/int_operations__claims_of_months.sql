{{ config(materialized='incremental', incremental_strategy=monthly_strategy(), unique_key='settlement_month',
    partition_by=monthly_partition('settlement_month'), on_schema_change='fail', pre_hook="{{ clear_months_behind() }}",
    post_hook=["{{ forget_months_read() }}", "{{ note_months_read() }}"]) }}
-- The one look at the claims: every other step and mart of this folder reads these sums. An institution is told apart only where a
-- report does so: stays in the county. A month whose claims have not changed is kept.
{% set months = months_behind() %}

select
    region,
    settlement_month,
    fund,
    benefit_category,
    care_area,
    institution_level,
    case when is_inpatient and care_area = 'in_county' then institution_code end as institution_code,
    {{ sums_of_claims() }}
from {{ ref('fct_claims') }}
{{ 'where ' ~ one_of('settlement_month', months) if months is not none }}
group by
    region,
    settlement_month,
    fund,
    benefit_category,
    care_area,
    institution_level,
    case when is_inpatient and care_area = 'in_county' then institution_code end
