-- rules that nothing breaks stand here too: a rule that is missing did not run; and months with findings on charge lines alone
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
        sum(amount) as finding_amount
    from (
        -- a claim counts once, however many of its codes have no meaning
        select
            rule,
            settlement_month,
            settlement_id,
            max(abs(amount)) as amount
        from {{ ref('claim_findings') }}
        where settlement_id is not null
        group by rule, settlement_month, settlement_id

        union all

        -- charge lines that are not settled yet, by code
        select
            rule,
            settlement_month,
            settlement_id,
            abs(amount) as amount
        from {{ ref('claim_findings') }}
        where settlement_id is null
    ) as claims_found
    group by rule, settlement_month

),

months as (

    select settlement_month from claims
    union distinct
    select settlement_month from findings

)

select
    rules.rule,
    months.settlement_month,
    coalesce(claims.claim_count, 0) as claim_count,
    coalesce(findings.finding_count, 0) as finding_count,
    cast(coalesce(findings.finding_amount, 0) as decimal(18, 2)) as finding_amount,
    {{ divide('coalesce(findings.finding_count, 0)', 'claims.claim_count') }} as finding_share
from months
cross join {{ ref('claim_rules') }} as rules
left join claims
    on months.settlement_month = claims.settlement_month
left join findings
    on rules.rule = findings.rule
    and months.settlement_month = findings.settlement_month
