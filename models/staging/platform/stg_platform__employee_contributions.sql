select
    -- ids
    psn_clct_detl_id as contribution_id,
    psn_no as person_token,
    -- who and in what
    insutype,
    psn_type,
    poolarea_no as pooling_division,
    -- for what and when
    cashym as account_month,
    accrym_begn as covers_from_month,
    accrym_end as covers_to_month,
    clct_flag,
    coalesce(revs_flag, 'Z') = 'Z' as is_valid,
    clct_time as collected_at,
    intsury_time as treasury_at,
    updt_time as updated_at,
    -- amounts in yuan
    cast(psn_clctstd as decimal(18, 2)) as base_amount,
    cast(psn_clct_amt as decimal(18, 2)) as person_amount,
    cast(emp_clct_amt as decimal(18, 2)) as employer_amount,
    cast(finsubs_amt as decimal(18, 2)) as fiscal_amount,
    cast(oth_clct_amt as decimal(18, 2)) as other_amount,
    cast(clct_sumamt as decimal(18, 2)) as total_amount,
    cast(psn_clct_into_acct_amt as decimal(18, 2)) as person_into_account,
    cast(emp_clct_into_acct_amt as decimal(18, 2)) as employer_into_account,
    cast(inte as decimal(18, 2)) as interest,
    cast(latefee as decimal(18, 2)) as late_fee,
    -- where the row comes from
    batch_id,
    source_file,
    source_line
from {{ source('platform', 'staf_psn_clct_detl_d') }}
