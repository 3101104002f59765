"""The custom expectations on claims. They read what marts.claim_findings has found and decide whether that is too much.

The rules themselves are SQL over the facts (models/marts/claims): each claim is judged once, in the build, where amounts are
DECIMAL and joins are cheap. Importing this module registers the expectations.
"""

from __future__ import annotations

from typing import Any

from expectations.rules import SqlRule, text_literal

TOTALS = (
    "with results as (select * from {{batch}} where rule = {rule}), "
    "totals as (select coalesce(sum(finding_count), 0) as findings, coalesce(sum(claim_count), 0) as claims from results) "
)


class ClaimRule(SqlRule):
    """An expectation on one rule of the seed claim_rules, for a suite over marts.claim_rule_results.

    Args:
        rule: code of the rule.
        max_share: share of the claims that may break it, 0 to 1.

    """

    rule: str
    max_share: float = 0

    @classmethod
    def too_many(cls, values: dict[str, Any]) -> str:
        """Return the SQL condition under which the findings are too many."""
        return f"totals.findings > cast({values['max_share']!r} as decimal(9, 6)) * totals.claims"


class ExpectClaimsToKeepRule(ClaimRule):
    """Claims keep a rule, but for the share that it allows (结算数据符合规则).

    The failing rows are the findings, each with its settlement id and where it stands; no person is named.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the findings of the rule, if they are too many."""
        rule = text_literal(values["rule"])
        return TOTALS.format(rule=rule) + (
            "select findings.settlement_id as a_settlement_id, findings.statement_zh as b_statement_zh, "
            "findings.statement_en as c_statement_en, cast(findings.amount as varchar) as d_amount, "
            "findings.institution_code as e_institution, findings.batch_id as f_batch, findings.source_file as g_file, "
            "cast(findings.source_line as varchar) as h_line "
            "from marts.claim_findings as findings cross join totals "
            f"where findings.rule = {rule} and {cls.too_many(values)}"
        )


class ExpectCodesToBeMapped(ClaimRule):
    """Every code has a meaning in the code maps of its province (代码均有对照).

    One row for each code that has none, with how many claims carry it and what they cost.
    """

    rule: str = "codes_mapped"

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the codes without a meaning, with count and money, if they are too many."""
        rule = text_literal(values["rule"])
        return TOTALS.format(rule=rule) + (
            "select findings.detail as a_code, cast(count(*) as varchar) as b_claims, "
            "cast(sum(findings.amount) as varchar) as c_amount, min(findings.settlement_id) as d_one_of_them "
            "from marts.claim_findings as findings cross join totals "
            f"where findings.rule = {rule} and {cls.too_many(values)} group by findings.detail"
        )


class ExpectEveryClaimToBeJudged(SqlRule):
    """Every rule has judged every claim of the fact (每笔结算均经校验); else a rule that finds nothing may not have looked."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the rules that judged another number of claims than there are."""
        return (
            "with judged as (select rule, sum(claim_count) as claims from {batch} group by rule), "
            "claims as (select count(*) as claims from facts.fct_claims) "
            "select rules.rule as a_rule, cast(coalesce(judged.claims, 0) as varchar) as b_judged, "
            "cast(claims.claims as varchar) as c_claims from facts.claim_rules as rules cross join claims "
            "left join judged on rules.rule = judged.rule where coalesce(judged.claims, 0) <> claims.claims"
        )
