select
    found.rule,
    found.settlement_id,
    coalesce(claims.settlement_month, found.charge_month) as settlement_month,
    claims.region,
    claims.fund,
    claims.benefit_category,
    claims.institution_code,
    found.amount,
    found.detail,
    '不符合：' || rules.label_zh || coalesce('（' || found.detail || '）', '') as statement_zh,
    'broken: ' || rules.label_en || coalesce(' (' || found.detail || ')', '') as statement_en,
    rules.severity,
    rules.who_fixes,
    claims.is_synthetic,
    claims.delivery_id,
    claims.batch_id,
    claims.source_file,
    claims.source_line
from {{ ref('int_claims__found') }} as found
inner join {{ ref('claim_rules') }} as rules
    on found.rule = rules.rule
left join {{ ref('fct_claims') }} as claims
    on found.settlement_id = claims.settlement_id
