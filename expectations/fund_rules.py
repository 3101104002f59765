"""The expectations over marts.fund_findings: what ledgers, final accounts and budgets of funds must keep.

The rules themselves are SQL (models/marts/fund/findings), with the words of the seed fund_rules. Importing this module
registers the expectation.
"""

from __future__ import annotations

from typing import Any

from expectations.rules import SqlRule, text_literal


class ExpectFundsToKeepRule(SqlRule):
    """Ledgers, final accounts and budgets of funds keep a rule (基金数据符合规则).

    Args:
        rule: code of the rule, of the seed fund_rules.

    """

    rule: str

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return what breaks the rule, with the file and line where there is one."""
        return (
            "select region as a_region, fund as b_fund, period as c_year, place as d_place, expected as e_expected, "
            "found as f_found, source_file as g_file, cast(source_line as varchar) as h_line "
            f"from {{batch}} where rule = {text_literal(values['rule'])}"
        )
