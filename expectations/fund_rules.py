"""The expectations on what funds get and spend: ledgers, final accounts and budgets, and what persons contribute.

The rules on marts.fund_findings are SQL (models/marts/fund/findings), with the words of the seed fund_rules. Importing this
module registers the expectations.
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


class ExpectContributionsToBeUnderstood(SqlRule):
    """Contributions have a county, and say whether they were collected (缴费有参保县区、有缴费标志); else no report has them.

    One row for each file and each code that says nothing.

    Args:
        column: column of the fact that is `unmapped`, or `not_given`, where nothing is known.
        code: column with the code as it was delivered.

    """

    column: str
    code: str

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the files with contributions that no report counts."""
        return (
            "select contribution_kind as a_kind, delivery_id as b_delivery, source_file as c_file, "
            f"cast(min(source_line) as varchar) as d_first_line, {values['code']} as e_code, "
            "cast(count(*) as varchar) as f_contributions, cast(sum(total_amount) as varchar) as g_amount from {batch} "
            f"where {values['column']} in ('unmapped', 'not_given') "
            f"group by contribution_kind, delivery_id, source_file, {values['code']}"
        )


class ExpectContributionsToNameTheirMonth(SqlRule):
    """A contribution that was collected names the month that it is for (缴费有费款所属期).

    What names none counts in the month of payment, which may be another year. One row for each file and each thing that it says
    instead of a month.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the files with contributions that count in another month than they name."""
        month = "extract(year from contribution_month) * 100 + extract(month from contribution_month)"
        return (
            "select contribution_kind as a_kind, delivery_id as b_delivery, source_file as c_file, "
            "cast(min(source_line) as varchar) as d_first_line, account_month as e_account_month, "
            "cast(count(*) as varchar) as f_contributions, cast(sum(total_amount) as varchar) as g_amount from {batch} "
            f"where is_collected and account_month is distinct from cast({month} as varchar) "
            "group by contribution_kind, delivery_id, source_file, account_month"
        )
