select
    -- ids
    bkkp_sn as charge_line_id,
    init_feedetl_sn as refunded_charge_line_id,
    setl_id as settlement_id,
    mdtrt_id as encounter_id,
    psn_no as person_token,
    -- where and what
    insu_admdvs as insured_division,
    fixmedins_code as institution_code,
    med_type,
    list_type,
    hilist_code as catalogue_code,
    med_list_codg as national_item_code,
    chrgitm_lv,
    med_chrgitm_type,
    hi_nego_drug_flag,
    -- when
    fee_ocur_time as charged_at,
    updt_time as updated_at,
    -- flags
    coalesce(vali_flag = '1', false) as is_valid,
    -- quantity, price in yuan, amounts in yuan
    cnt as quantity,
    pric as unit_price,
    cast(det_item_fee_sumamt as decimal(18, 2)) as line_cost,
    cast(fulamt_ownpay_amt as decimal(18, 2)) as own_expense,
    cast(overlmt_selfpay as decimal(18, 2)) as over_limit_expense,
    cast(preselfpay_amt as decimal(18, 2)) as first_self_paid,
    cast(inscp_amt as decimal(18, 2)) as policy_cost,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'fee_list_d') }}
