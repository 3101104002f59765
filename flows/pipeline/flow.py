"""The pipeline: the four flows in order. What is up to date is not built again."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb
from prefect import flow

from flows.budget_flags import read_flags, report_flags
from flows.history import new_run_id
from flows.ingest.flow import IngestReport, ingest
from flows.pipeline.policy import fingerprint, has_landed_since, is_up_to_date, last_run, write_last_run
from flows.publish.flow import copied_meanwhile, publish
from flows.reporting import say
from flows.settings import Settings, get_settings
from flows.transform.dbt import ParsedProject, parse_project
from flows.transform.flow import transform
from flows.validate.flow import validate


@dataclass
class RunSummary:
    """What a run did, as it is printed and left in `state/last_run.json`. Money is not in it; counts and seconds are."""

    run_id: str
    exit_code: int
    deliveries: dict[str, int]
    rows_quarantined: int
    models_built: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    consistency: list[dict[str, Any]] = field(default_factory=list)
    reconciliation: list[dict[str, Any]] = field(default_factory=list)
    budget_flags: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    fingerprint: str = ""
    warehouse: str = ""
    data_docs: str = ""


def warm_up(settings: Settings) -> Callable[[], ParsedProject | None]:
    """Import dbt and Great Expectations, and parse the project, beside the start of Prefect's server and the loading.

    Two cores, and each takes seconds. Returns what waits for the project; None of one at fault, which the build then tells.
    """
    parsed: Future[ParsedProject | None] = Future()

    def prepare() -> None:
        project = None
        with suppress(Exception):
            # first what the start itself waits for
            for name in ("prefect.server.api.server", "dbt.cli.main", "dbt.adapters.duckdb"):
                importlib.import_module(name)
            project = parse_project(settings)
        parsed.set_result(project)
        with suppress(Exception):
            importlib.import_module("great_expectations")

    threading.Thread(target=prepare, daemon=True, name="warm-up").start()
    return parsed.result


def _consistency(settings: Settings) -> list[dict[str, Any]]:
    """Count checks, findings and uncovered figures of each document, from the warehouse."""
    query = """
        with checks as (
            select document_id, family, count(*) filter (status <> 'undecidable') as decided
            from marts.consistency_checks group by all
        ),
        documents as (
            select document_id, count(figures.figure_id) as figures
            from facts.dim_documents left join facts.fct_published_figures as figures using (document_id)
            group by document_id
            union all
            select 'medfund', count(*) from marts.figures having count(*) > 0
        )
        select
            documents.document_id,
            documents.figures,
            coalesce(sum(decided) filter (family = 'roll_up'), 0)::int as roll_up,
            coalesce(sum(decided) filter (family = 'bound'), 0)::int as bound,
            coalesce(sum(decided) filter (family = 'weighted_mean'), 0)::int as weighted_mean,
            coalesce(sum(decided) filter (family = 'formula'), 0)::int as formula,
            coalesce(sum(decided) filter (family = 'agreement'), 0)::int as agreement,
            (select count(*) from marts.consistency_findings f where f.document_id = documents.document_id) as findings,
            (select count(*) from marts.figures_without_checks f where f.document_id = documents.document_id) as uncovered
        from documents
        left join checks on checks.document_id = documents.document_id
        group by documents.document_id, documents.figures
        order by documents.document_id = 'medfund', documents.document_id
    """
    return _rows(settings, query)


def _reconciliation(settings: Settings) -> list[dict[str, Any]]:
    """Count what the claims give of each table of a document, and of its sentences."""
    counts = ", ".join(
        f"count(*) filter (status = '{status}')::int as {status}"
        for status in ("reproduced", "explained", "unexplained", "not_computed", "not_printed")
    )
    query = f"""
        with placed as (select document_id, coalesce(table_id, 'sentences') as place, status from marts.reconciliation)
        select document_id, place, count(*)::int as cells, {counts}
        from placed
        group by document_id, place
        order by document_id, place = 'sentences', place
    """
    return _rows(settings, query)


def _rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query on the published warehouse."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        result = connection.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _summary(run_id: str, loads: IngestReport, settings: Settings) -> RunSummary:
    outcomes = [load.outcome for load in loads.loads]
    return RunSummary(
        run_id=run_id,
        exit_code=int(loads.exit_code),
        deliveries={kind: outcomes.count(kind) for kind in ("loaded", "nothing new", "refused")},
        rows_quarantined=loads.quarantined,
        warehouse=str(settings.warehouse),
        data_docs=str(settings.data_docs / "index.html"),
    )


@flow(name="medfund", flow_run_name="medfund {run_id}")
def pipeline(run_id: str, force: bool = False, parsed: Callable[[], ParsedProject | None] | None = None) -> RunSummary:
    """Load what is new, build, check and publish. Deliveries that are refused do not hold up the others.

    Args:
        run_id: the run.
        force: build, check and publish also when nothing is new.
        parsed: waits for the project, where `warm_up` parses it.

    Raises:
        BuildFailedError: dbt failed; the published warehouse is as it was.
        ChecksFailedError: a critical check failed; the published warehouse is as it was.

    """
    settings = get_settings()
    started = time.perf_counter()
    say("reading deliveries")
    loads = ingest(settings.landing, settings.lake)
    summary = _summary(run_id, loads, settings)
    summary.seconds["ingest"] = time.perf_counter() - started
    if not force and is_up_to_date(settings):
        say("nothing new: the published warehouse is up to date")
        last = last_run(settings) or {}
        for name in ("tables", "checks", "consistency", "reconciliation", "budget_flags"):
            setattr(summary, name, last.get(name) or getattr(summary, name))
        return summary
    summary.fingerprint = fingerprint(settings)  # before the build: a file that is changed during it is built next time
    built = transform(run_id, force, parsed)
    summary.models_built, summary.tables = built.count("model"), built.table_rows
    summary.seconds["transform"] = built.seconds
    with copied_meanwhile(settings) as copy_of_build:
        checked = validate(run_id, full=force, copy_of_build=copy_of_build)
    summary.checks = {
        "passed": len(checked.verdict.passed),
        "failed": len(checked.verdict.stops),
        "warned": len(checked.verdict.warnings),
    }
    summary.seconds["validate"] = checked.seconds
    summary.seconds["publish"] = publish(run_id, is_copied=True)
    summary.consistency = _consistency(settings)
    summary.reconciliation = _reconciliation(settings)
    summary.budget_flags = read_flags(settings.warehouse)
    report_flags(summary.budget_flags)
    write_last_run(settings, asdict(summary))
    return summary


def run_pipeline(force: bool = False) -> RunSummary:
    """Run the pipeline with the settings of the environment."""
    settings = get_settings()
    is_busy = force or has_landed_since(settings) or not is_up_to_date(settings)
    return pipeline(new_run_id(), force, warm_up(settings) if is_busy else None)
