"""The gate on its own: what each outcome means for the publish."""

from __future__ import annotations

from typing import Any

import pytest

from flows.validate.gate import CheckOutcome, judge


def _suite(*severities: str, name: str = "marts.t", **meta: object) -> dict[str, Any]:
    schema, table = name.split(".")
    checks = [{"severity": severity, "meta": {"rule": f"rule_{n}"}} for n, severity in enumerate(severities)]
    return {"name": name, "meta": {"schema": schema, "table": table, **meta}, "expectations": checks}


def _outcome(rule: str = "rule_0", status: str = "passed", severity: str = "critical", suite: str = "marts.t") -> CheckOutcome:
    return CheckOutcome(suite, rule, severity, status, "us", "", 0 if status == "passed" else 1)


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
@pytest.mark.parametrize("status", ["passed", "failed", "crashed", "not run"])
def test_what_stops_and_what_warns(status: str, severity: str) -> None:
    verdict = judge([_suite(severity)], [_outcome(status=status, severity=severity)], {"marts.t"})
    stops = status in {"crashed", "not run"} or (status, severity) == ("failed", "critical")
    assert bool(verdict.stops) is stops
    assert bool(verdict.warnings) is (status == "failed" and severity != "critical")
    assert bool(verdict.passed) is (status == "passed")
    # each outcome is just one of the three
    assert len(verdict.stops) + len(verdict.warnings) + len(verdict.passed) == len(verdict.outcomes) == 1


@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_check_that_did_not_run_stops_whatever_its_severity(severity: str) -> None:
    verdict = judge([_suite("critical", severity)], [_outcome()], {"marts.t"})
    (stop,) = verdict.stops
    assert (stop.suite, stop.rule, stop.status, stop.severity) == ("marts.t", "rule_1", "not run", severity)
    assert "ran 0 times" in stop.message


def test_check_that_ran_twice_stops() -> None:
    verdict = judge([_suite("warning")], [_outcome(), _outcome()], {"marts.t"})
    (stop,) = verdict.stops
    assert "ran 2 times" in stop.message


def test_suite_whose_table_is_missing_stops_with_each_of_its_checks() -> None:
    suites = [_suite("critical", "warning"), _suite("critical", name="marts.gone")]
    verdict = judge(suites, [_outcome(), _outcome("rule_1")], {"marts.t"})
    assert [(stop.suite, stop.rule) for stop in verdict.stops] == [("marts.gone", "rule_0"), ("marts.gone", "table_holds_rows")]


def test_the_same_rule_in_two_suites_is_told_apart() -> None:
    suites = [_suite("critical"), _suite("critical", name="marts.u")]
    verdict = judge(suites, [_outcome(), _outcome()], {"marts.t", "marts.u"})
    assert {(stop.suite, stop.status) for stop in verdict.stops} == {("marts.t", "not run"), ("marts.u", "not run")}


def test_empty_table_stops_though_every_check_on_it_passes() -> None:
    verdict = judge([_suite("warning")], [_outcome(severity="warning")], set())
    (stop,) = verdict.stops
    assert (stop.rule, stop.severity, stop.status) == ("table_holds_rows", "critical", "failed")
    assert stop.message == "marts.t is empty"


def test_table_that_may_be_empty_does_not_stop_but_its_checks_must_run() -> None:
    suite = _suite("critical", may_be_empty=True)
    assert judge([suite], [_outcome()], set()).stops == []
    assert [stop.status for stop in judge([suite], [], set()).stops] == ["not run"]


def test_nothing_asked_is_nothing_stopped() -> None:
    assert judge([], [], {}).outcomes == ()


def test_severity_of_a_check_that_names_none_is_critical() -> None:
    suite = _suite("critical")
    del suite["expectations"][0]["severity"]
    (stop,) = judge([suite], [], {"marts.t"}).stops
    assert stop.severity == "critical"
