"""Validate: run the suites, keep what they said, and let the gate decide."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from rich.markup import escape

from flows.errors import ChecksFailedError
from flows.history import append_rows, now_utc
from flows.reporting import say
from flows.settings import get_settings
from flows.transform.build_file import require_build
from flows.validate.batches_that_fit import Proofs, narrowed, note_proofs, proofs_before, proofs_now
from flows.validate.checkpoint import load_suites, run_checkpoint, suites_with_rows
from flows.validate.gate import CheckOutcome, Verdict, judge

CHECKS_COLUMNS = {
    "run_id": "varchar",
    "run_at": "timestamp",
    "suite": "varchar",
    "rule": "varchar",
    "severity": "varchar",
    "status": "varchar",
    "who_fixes": "varchar",
    "description": "varchar",
    "failing_count": "bigint",
    "message": "varchar",
}
ROWS_COLUMNS = {
    "run_id": "varchar",
    "run_at": "timestamp",
    "suite": "varchar",
    "rule": "varchar",
    "row_no": "bigint",
    "row_text": "varchar",
}


@dataclass
class ValidateReport:
    """What validate found."""

    verdict: Verdict
    seconds: float


@task(name="run suites", retries=0)
def run_suites(run_id: str, full: bool) -> tuple[Verdict, Proofs]:
    """Run every suite over the build and judge what they said; returns the batches of the lake that they looked at, too.

    Args:
        run_id: the run, for Data Docs.
        full: read the rows of all batches, those that an earlier run has found to fit their contract too.

    Raises:
        BuildFailedError: there is no build to validate.

    """
    settings = get_settings()
    require_build(settings.build_warehouse)
    suites = load_suites()
    proofs = proofs_now(settings.lake, suites)
    with_rows = suites_with_rows(settings.build_warehouse, suites)
    to_run = suites if full else narrowed(suites, proofs, proofs_before(settings.build_warehouse))
    outcomes = run_checkpoint(settings.build_warehouse, to_run, run_id, settings.data_docs)
    return judge(suites, outcomes, with_rows), proofs


@task(name="record checks")
def record_checks(warehouse: Path, run_id: str, verdict: Verdict, proofs: Proofs, run_at: dt.datetime) -> None:
    """Append what each check said to `marts.run_checks`, and the rows that broke it to `marts.run_failing_rows`."""
    with duckdb.connect(str(warehouse)) as connection:
        note_proofs(connection, proofs, verdict)
        append_rows(
            connection,
            "marts.run_checks",
            CHECKS_COLUMNS,
            "What every check of every run said (校验记录)",
            run_id,
            [
                (
                    o.suite,
                    o.rule,
                    o.severity,
                    o.status,
                    o.who_fixes,
                    o.description,
                    o.failing_count,
                    o.message,
                )
                for o in verdict.outcomes
            ],
            run_at,
        )
        append_rows(
            connection,
            "marts.run_failing_rows",
            ROWS_COLUMNS,
            "Rows that broke a check, at most 200 a check (不符合的行)",
            run_id,
            [
                (o.suite, o.rule, number, json.dumps(row, ensure_ascii=False, default=str))
                for o in verdict.outcomes
                for number, row in enumerate(o.failing_rows, 1)
            ],
            run_at,
        )


def _as_markdown(verdict: Verdict) -> str:
    lines = [
        f"{len(verdict.passed)} checks hold, {len(verdict.warnings)} warn, {len(verdict.stops)} stop the publish.",
        "",
        "| status | severity | table | rule | failing rows | who fixes it |",
        "|---|---|---|---|---|---|",
    ]
    shown = sorted(verdict.outcomes, key=lambda o: (not o.stops_publish, o.status == "passed", o.suite))
    lines += [
        f"| {o.status} | {o.severity} | {o.suite} | {o.description or o.rule} | {o.failing_count} | {o.who_fixes} |"
        for o in shown
    ]
    return "\n".join(lines)


def _say_outcome(outcome: CheckOutcome) -> None:
    colour = "red" if outcome.stops_publish else "yellow"
    say(
        f"  [{colour}]{outcome.status:<8}[/] {outcome.severity:<8} "
        + escape(
            f"{outcome.suite}: {outcome.description} {outcome.failing_count} rows; "
            f"to be fixed by: {outcome.who_fixes} {outcome.message}"
        )
    )
    if outcome.stops_publish:  # who reads this wants to know which; all of them stand in marts.run_failing_rows
        for row in outcome.failing_rows[:3]:
            named = (f"{re.sub('^[a-z]_', '', name)} {row[name]}" for name in sorted(row) if row[name] is not None)
            say("           " + escape(", ".join(named)))


@flow(name="validate", flow_run_name="validate {run_id}")
def validate(run_id: str, full: bool = True, copy_of_build: Callable[[], Path] | None = None) -> ValidateReport:
    """Check the build; what was found goes into two tables, into Data Docs and into a Prefect artifact.

    Args:
        run_id: the run.
        full: read the rows of all batches of the lake; else, of those that no earlier run has found to fit their contract.
        copy_of_build: waits for the copy of the build that is made meanwhile. The build is written to only then, and what was
            found is written into the copy too.

    Raises:
        ChecksFailedError: a critical check failed, or a check crashed or did not run.

    """
    say("checking it")
    started = time.perf_counter()
    verdict, proofs = run_suites(run_id, full)
    copies = [copy_of_build()] if copy_of_build else []
    run_at = now_utc()
    for warehouse in (get_settings().build_warehouse, *copies):
        record_checks(warehouse, run_id, verdict, proofs, run_at)
    create_markdown_artifact(key="checks", markdown=_as_markdown(verdict), description="The last validation.")
    for outcome in (*verdict.stops, *verdict.warnings):
        _say_outcome(outcome)
    if verdict.stops:
        named = "; ".join(f"{o.suite}: {o.rule} ({o.status}, {o.failing_count} rows)" for o in verdict.stops)
        raise ChecksFailedError(
            f"{len(verdict.stops)} checks stop the publish: {named}. The published warehouse is as it was. "
            f"Failing rows: {get_settings().data_docs / 'index.html'} or marts.run_failing_rows in "
            f"{get_settings().build_warehouse}"
        )
    return ValidateReport(verdict, time.perf_counter() - started)
