-- rules that nothing breaks stand here too: a rule that is missing did not run
with claims as (

    select
        settlement_month,
        count(*) as claim_count
    from {{ ref('fct_claims') }}
    group by settlement_month

),

findings as (

    select
        rule,
        settlement_month,
        count(*) as finding_count,
        sum(abs(amount)) as finding_amount
    from {{ ref('claim_findings') }}
    group by rule, settlement_month

)

select
    rules.rule,
    claims.settlement_month,
    claims.claim_count,
    coalesce(findings.finding_count, 0) as finding_count,
    cast(coalesce(findings.finding_amount, 0) as decimal(18, 2)) as finding_amount,
    {{ divide('coalesce(findings.finding_count, 0)', 'claims.claim_count') }} as finding_share
from claims
cross join {{ ref('claim_rules') }} as rules
left join findings
    on rules.rule = findings.rule
    and claims.settlement_month = findings.settlement_month
