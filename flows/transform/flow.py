"""Transform: `dbt build` in one task; what each node took becomes an artifact and a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
from prefect import flow, task
from prefect.artifacts import create_table_artifact

from flows.errors import BuildFailedError
from flows.history import append_rows
from flows.reporting import say
from flows.settings import get_settings
from flows.transform.build_file import begin_anew_if_damaged
from flows.transform.changes import build_options, inputs_now, note_begin, note_end
from flows.transform.dbt import NodeResult, ParsedProject, node_results, run_dbt
from flows.transform.waivers import read_waivers, write_waivers

TIMINGS_TABLE = "marts.run_nodes"
TIMINGS_COLUMNS = {
    "run_id": "varchar",
    "run_at": "timestamp",
    "node": "varchar",
    "kind": "varchar",
    "schema_name": "varchar",
    "status": "varchar",
    "seconds": "decimal(12,3)",
    "failures": "bigint",
    "message": "varchar",
}


@dataclass
class TransformReport:
    """What transform built."""

    nodes: list[NodeResult]
    seconds: float
    table_rows: dict[str, int]

    def count(self, kind: str) -> int:
        """Count the nodes of a kind (model, seed, test) that were built or ran."""
        return sum(node.kind == kind for node in self.nodes)


@task(name="dbt build", retries=0)  # a failed model stays failed: a retry only hides it
def build(full: bool = False, parsed: Callable[[], ParsedProject | None] | None = None) -> list[NodeResult]:
    """Build the seeds, models and data tests behind which something has changed since the last build.

    Unit tests are left out: they prove the code and not a delivery, and `make test` runs them (docs.getdbt.com, "Unit tests").

    Args:
        full: build everything, months that stand included.
        parsed: waits for the project, which is parsed meanwhile; without it, or where it gives None, dbt parses it first.

    Raises:
        BuildFailedError: a node failed; the message names each, with the database's words.

    """
    settings = get_settings()
    begin_anew_if_damaged(settings.build_warehouse)
    options = ("--full-refresh",) if full else build_options(settings.build_warehouse, settings.lake)
    if "--select" in options:
        say("what is made from tables of the lake that have not changed is kept")
    note_begin(settings.build_warehouse, settings.lake)
    made_from = inputs_now(settings.lake)
    options = ("--exclude-resource-type", "unit_test", *options)
    result = run_dbt(settings, "build", options=options, parsed=parsed() if parsed else None)
    nodes = node_results(result)
    create_table_artifact(
        key="dbt-nodes",
        table=[
            {"node": n.name, "kind": n.kind, "status": n.status, "seconds": n.seconds, "message": n.message}
            for n in sorted(nodes, key=lambda n: -n.seconds)
        ],
        description="Every node of the last `dbt build`, the slowest first.",
    )
    if isinstance(result.exception, KeyboardInterrupt):
        raise result.exception
    failed = [node for node in nodes if node.failed]
    if failed or not result.success:
        words = [f"{n.kind} {n.name}: {n.message}" for n in failed] or [str(result.exception or "dbt said no more")]
        skipped = sum(node.status == "skipped" for node in nodes)
        raise BuildFailedError(
            f"dbt build failed ({len(failed)} nodes, {skipped} skipped behind them); the published warehouse is as it was.\n  "
            + "\n  ".join(words)
            + f"\nCompiled SQL: {settings.dbt_target / 'compiled'}; log: {settings.state / 'logs'}"
        )
    note_end(settings.build_warehouse, settings.lake, made_from)
    return nodes


@task(name="record timings")
def record_timings(run_id: str, nodes: list[NodeResult]) -> dict[str, int]:
    """Write what each node took to `marts.run_nodes` and count the rows of every fact and mart."""
    settings = get_settings()
    with duckdb.connect(str(settings.build_warehouse)) as connection:
        append_rows(
            connection,
            TIMINGS_TABLE,
            TIMINGS_COLUMNS,
            "Every node of every dbt build and what it took (构建记录)",
            run_id,
            [(n.name, n.kind, n.schema, n.status, n.seconds, n.failures, n.message) for n in nodes],
        )
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('facts', 'marts') and (table_name like 'fct_%' or table_schema = 'marts') "
            "and table_name not like 'int_%' and table_name not like 'run_%' order by all"
        ).fetchall()
        return {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for (name,) in tables}


@flow(name="transform", flow_run_name="transform {run_id}")
def transform(run_id: str, full: bool = False, parsed: Callable[[], ParsedProject | None] | None = None) -> TransformReport:
    """Build the warehouse from the lake, into the private file that publish copies; for the arguments see `build`."""
    say("building the warehouse")
    started = time.perf_counter()
    write_waivers(get_settings().lake, read_waivers())
    nodes = build(full, parsed)
    rows = record_timings(run_id, nodes)
    return TransformReport(nodes, time.perf_counter() - started, rows)
