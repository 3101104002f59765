"""The custom expectations on claims. They read what marts.claim_findings has found and decide whether that is too much.

The rules themselves are SQL over the facts (models/marts/claims): each claim is judged once, in the build, where amounts are
DECIMAL and joins are cheap. Importing this module registers the expectations.
"""

from __future__ import annotations

from typing import Any

from expectations.rules import SqlRule, text_literal

# A month is judged by itself, so that a fault of the latest is not thinned by years that were sound; months of few claims,
# where a share says little, are judged together with all others.
LIMITS = (
    "with results as (select * from {{batch}} where rule = {rule}), "
    "totals as (select coalesce(sum(finding_count), 0) > {share} * coalesce(sum(claim_count), 0) as is_over from results), "
    "months as (select settlement_month from results "
    "where claim_count >= {at_least} and finding_count > {share} * claim_count), "
    "limits as (select is_over, concat_ws(', ', case when is_over then 'all months together' end, "
    "(select string_agg(substring(cast(settlement_month as varchar), 1, 7), ', ' order by settlement_month) from months)) "
    "as exceeded from totals), "
    "findings as (select * from marts.claim_findings where rule = {rule} "
    "and ((select is_over from limits) or settlement_month in (select settlement_month from months))) "
)


class ClaimRule(SqlRule):
    """An expectation on one rule of the seed claim_rules, for a suite over marts.claim_rule_results.

    Args:
        rule: code of the rule.
        max_share: share of the claims that may break it, 0 to 1: of each month, and of all months together.
        at_least: claims of a month from which on it is judged by itself.

    """

    rule: str
    max_share: float = 0
    at_least: int = 100

    @classmethod
    def too_many(cls, values: dict[str, Any]) -> str:
        """Return the common tables `findings`, those that are too many, and `limits`, whose `exceeded` says in which months."""
        share = f"cast({values['max_share']!r} as decimal(9, 6))"
        return LIMITS.format(rule=text_literal(values["rule"]), share=share, at_least=int(values["at_least"]))


class ExpectClaimsToKeepRule(ClaimRule):
    """Claims keep a rule, but for the share that it allows (结算数据符合规则).

    The failing rows are the findings of the months that exceed it, each with its settlement id and where it stands; they name
    no person.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the findings of the rule, if they are too many."""
        return cls.too_many(values) + (
            "select findings.settlement_id as a_settlement_id, findings.statement_zh as b_statement_zh, "
            "findings.statement_en as c_statement_en, cast(findings.amount as varchar) as d_amount, "
            "findings.institution_code as e_institution, findings.batch_id as f_batch, findings.source_file as g_file, "
            "cast(findings.source_line as varchar) as h_line, limits.exceeded as i_too_many_in "
            "from findings cross join limits"
        )


class ExpectCodesToBeMapped(ClaimRule):
    """Every code has a meaning in the code maps of its province (代码均有对照).

    One row for each code that has none, with how many claims carry it and what they cost.
    """

    rule: str = "codes_mapped"

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the codes without a meaning, with count and money, if they are too many."""
        return cls.too_many(values) + (
            "select findings.detail as a_code, cast(count(*) as varchar) as b_claims, "
            "cast(sum(findings.amount) as varchar) as c_amount, min(findings.settlement_id) as d_one_of_them, "
            "min(limits.exceeded) as e_too_many_in from findings cross join limits group by findings.detail"
        )


class ExpectEveryClaimToBeJudged(SqlRule):
    """Results, findings and claims agree (每笔结算均经校验); else a rule that finds nothing may not have looked.

    For each rule and month, the claims that the results count are those of the fact, and those that break it are those of
    marts.claim_findings. For each rule, those are as many as the steps of the build have found.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the rules and months where they do not agree, with what is counted and what is there."""
        return (
            "with results as (select * from {batch}), "
            "claims as (select settlement_month, count(*) as n from facts.fct_claims group by settlement_month), "
            "findings as (select rule, settlement_month, count(*) as listed, "
            "count(distinct settlement_id) + count(*) filter (where settlement_id is null) as n "
            "from marts.claim_findings group by 1, 2), "
            "listed as (select rule, sum(listed) as n from findings group by rule), "
            "found as (select rule, count(*) as n from staging.int_claims__found group by rule), "
            "months as (select settlement_month from claims union select settlement_month from findings), "
            "expected as (select rules.rule, months.settlement_month, coalesce(claims.n, 0) as claims, "
            "coalesce(findings.n, 0) as findings from months cross join facts.claim_rules as rules "
            "left join claims on months.settlement_month = claims.settlement_month "
            "left join findings on rules.rule = findings.rule and months.settlement_month is not distinct from "
            "findings.settlement_month), "
            "compared as (select coalesce(expected.rule, results.rule) as rule, "
            "coalesce(expected.settlement_month, results.settlement_month) as settlement_month, results.claim_count, "
            "expected.claims, results.finding_count, expected.findings from expected full join results "
            "on expected.rule = results.rule and expected.settlement_month = results.settlement_month), "
            "faults as (select rule, cast(settlement_month as varchar) as month, 'claims of the fact' as what, "
            "claim_count as counted, claims as there from compared where claim_count is distinct from claims "
            "union all select rule, cast(settlement_month as varchar), 'claims with findings', finding_count, findings "
            "from compared where finding_count is distinct from findings "
            "union all select coalesce(found.rule, listed.rule), null, 'findings of the build', listed.n, found.n "
            "from found full join listed on found.rule = listed.rule where found.n is distinct from listed.n) "
            "select rule as a_rule, month as b_month, what as c_what, coalesce(cast(counted as varchar), '-') as d_counted, "
            "coalesce(cast(there as varchar), '-') as e_there from faults"
        )
