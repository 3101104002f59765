"""The gate: what a run of checks means. It decides from what it is given and touches nothing.

It is ours because GX's `success` is no gate: a failed warning makes it false, an empty table makes every check pass, and
a check that never ran is not missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CheckOutcome:
    """What one check of one suite said."""

    suite: str
    rule: str
    severity: str  # critical | warning | info
    status: str  # passed | failed | crashed | not run
    who_fixes: str
    description: str
    failing_count: int = 0
    message: str = ""
    failing_rows: tuple[dict[str, Any], ...] = field(default=(), compare=False)

    @property
    def stops_publish(self) -> bool:
        """A critical check that failed stops; so does any check that crashed or did not run, whatever its severity."""
        return self.status in {"crashed", "not run"} or (self.status == "failed" and self.severity == "critical")


@dataclass(frozen=True)
class Verdict:
    """What all checks together say."""

    outcomes: tuple[CheckOutcome, ...]

    @property
    def stops(self) -> list[CheckOutcome]:
        """The outcomes that stop the publish."""
        return [outcome for outcome in self.outcomes if outcome.stops_publish]

    @property
    def warnings(self) -> list[CheckOutcome]:
        """The outcomes that are reported and let pass."""
        return [o for o in self.outcomes if o.status == "failed" and not o.stops_publish]

    @property
    def passed(self) -> list[CheckOutcome]:
        """The outcomes of checks that hold."""
        return [outcome for outcome in self.outcomes if outcome.status == "passed"]


def judge(suites: Iterable[dict[str, Any]], outcomes: Iterable[CheckOutcome], with_rows: Container[str]) -> Verdict:
    """Judge a run: every check of every suite must have run exactly once, on a table that holds rows.

    Args:
        suites: the suites as loaded (name, meta, expectations with meta.rule); meta.may_be_empty allows an empty table.
        outcomes: what the run returned.
        with_rows: the names of the suites whose table holds rows.

    """
    judged = list(outcomes)
    ran = Counter((outcome.suite, outcome.rule) for outcome in judged)
    for suite in suites:
        name = suite["name"]
        for check in suite["expectations"]:
            rule = check["meta"]["rule"]
            if ran[name, rule] != 1:
                judged.append(
                    CheckOutcome(
                        suite=name,
                        rule=rule,
                        severity=check.get("severity", "critical"),
                        status="not run",
                        who_fixes="us",
                        description=check.get("description", ""),
                        message=f"the check ran {ran[name, rule]} times, expected once",
                    )
                )
        if name not in with_rows and not suite["meta"].get("may_be_empty", False):
            judged.append(
                CheckOutcome(
                    suite=name,
                    rule="table_holds_rows",
                    severity="critical",
                    status="failed",
                    who_fixes="us",
                    description="The table holds rows; on an empty one every check passes (表不为空).",
                    failing_count=1,
                    message=f"{suite['meta']['schema']}.{suite['meta']['table']} is empty",
                )
            )
    return Verdict(tuple(judged))
