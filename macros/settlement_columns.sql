{#- The columns of a settlement under the names of the vocabulary. Settlements at home and elsewhere have one form. -#}
{% macro settlement_columns() %}
    -- ids
    setl_id as settlement_id,
    mdtrt_id as encounter_id,
    init_setl_id as reversed_settlement_id,
    psn_no as person_token,
    -- the person
    insu_admdvs as insured_division,
    insutype,
    psn_type,
    sp_psn_type,
    gend,
    cast(extract(year from brdy) as integer) as birth_year,
    -- the institution
    fixmedins_code as institution_code,
    fix_blng_admdvs as institution_division,
    hosp_lv,
    -- the care
    med_type,
    clr_type,
    clr_way,
    dise_no as disease_code,
    begndate as care_begins_on,
    enddate as care_ends_on,
    -- when it was settled, and when the record was last changed
    setl_time as settled_at,
    updt_time as updated_at,
    -- flags
    coalesce(refd_setl_flag = '1', false) as is_marked_reversed,
    coalesce(mid_setl_flag = '1', false) as is_mid_stay,
    coalesce(vali_flag = '1', false) as is_valid,
    -- the cost and its parts, in yuan
    {% for national, name in settlement_amounts().items() %}
    cast({{ national }} as decimal(18, 2)) as {{ name }},
    {% endfor %}
    -- where the row comes from
    batch_id,
    source_file,
    source_line
{% endmacro %}

{#- National names of the amounts of a settlement, and the vocabulary's. -#}
{% macro settlement_amounts() %}
    {{ return({
        'medfee_sumamt': 'total_cost',
        'fulamt_ownpay_amt': 'own_expense',
        'overlmt_selfpay': 'over_limit_expense',
        'preselfpay_amt': 'first_self_paid',
        'inscp_amt': 'policy_cost',
        'act_pay_dedc': 'deductible',
        'hifp_pay': 'basic_paid',
        'hifmi_pay': 'serious_illness_paid',
        'hifob_pay': 'large_amount_paid',
        'hifes_pay': 'supplementary_paid',
        'cvlserv_pay': 'civil_servant_paid',
        'hifdm_pay': 'disabled_paid',
        'maf_pay': 'assistance_paid',
        'othfund_pay': 'other_funds_paid',
        'fund_pay_sumamt': 'fund_paid',
        'psn_pay': 'person_paid',
        'acct_pay': 'account_paid',
        'acct_mulaid_pay': 'shared_account_paid',
        'cash_payamt': 'cash_paid',
        'ownpay_hosp_part': 'hospital_borne',
        'bydise_setl_payamt': 'quota_paid',
    }) }}
{% endmacro %}

{#- The columns of settlements that fct_claims takes. -#}
{% macro settlement_fields() %}
    {{ return([
        'settlement_id', 'encounter_id', 'reversed_settlement_id', 'person_token', 'insured_division', 'insutype', 'psn_type',
        'sp_psn_type', 'gend', 'birth_year', 'institution_code', 'institution_division', 'hosp_lv', 'med_type', 'clr_type', 'clr_way',
        'disease_code', 'care_begins_on', 'care_ends_on', 'settled_at', 'is_marked_reversed', 'is_mid_stay',
        'batch_id', 'source_file', 'source_line',
    ] + settlement_amounts().values() | list) }}
{% endmacro %}
