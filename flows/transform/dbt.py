"""Run dbt inside this process, with a line for each node as it ends.

A Prefect task a node costs five times the build (docs/stack.md), so the whole build is one task and its nodes are read
from dbt's own events.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.reporting import say
from flows.settings import PROJECT_DIR, Settings
from flows.transform.fingerprint import facts_fingerprint, project_fingerprint

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

# one dbt run at a time in a process: dbt keeps its adapters in globals
_DBT = threading.Lock()


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node."""

    name: str
    kind: str  # model | seed | test | operation
    schema: str
    status: str  # success | pass | warn | fail | error | skipped
    seconds: float
    failures: int | None
    message: str

    @property
    def failed(self) -> bool:
        """Whether the node stops the build."""
        return self.status in {"error", "fail", "runtime error", "partial success"}


@dataclass(frozen=True)
class ParsedProject:
    """The project as dbt has parsed it, and the fingerprint of its files before that."""

    manifest: Manifest
    fingerprint: str


def run_dbt(
    settings: Settings,
    *command: str,
    options: tuple[str, ...] = (),
    show_nodes: bool = True,
    parsed: ParsedProject | None = None,
) -> dbtRunnerResult:
    """Run a dbt command on the project with the paths of `settings`; the database lock is free when it returns.

    Args:
        settings: the run's settings.
        command: the words of the command, such as `docs`, `generate`.
        options: its options.
        show_nodes: print a line for each node as it ends.
        parsed: the project, where it has been parsed already; of no use where a file has changed since.

    """
    settings.export_to_dbt()
    os.environ["MEDFUND_CODE_FINGERPRINT"] = facts_fingerprint(settings.lake)
    settings.build_warehouse.parent.mkdir(parents=True, exist_ok=True)
    arguments = [
        *("--log-level", "none", "--log-level-file", "info", "--log-path", str(settings.state / "logs")),
        *command,
        *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(settings.dbt_target)),
        *options,
    ]
    manifest = parsed.manifest if parsed and parsed.fingerprint == project_fingerprint() else None
    return invoke_dbt(arguments, callbacks=[_show_node] if show_nodes else [], manifest=manifest)


def parse_project(settings: Settings) -> ParsedProject | None:
    """Parse the project, as every dbt command does first; None where it cannot be parsed, which that command then tells."""
    fingerprint = project_fingerprint()
    manifest = run_dbt(settings, "parse", show_nodes=False).result
    return ParsedProject(manifest, fingerprint) if manifest else None


def invoke_dbt(arguments: list[str], **runner: Any) -> dbtRunnerResult:
    """Run dbt with these arguments, one run at a time, and let go of DuckDB's file, whose lock dbt would keep in-process.

    Args:
        arguments: the words after `dbt`.
        runner: what dbt's runner is made with: `callbacks`, `manifest`.

    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    with _DBT:
        try:
            return dbtRunner(**runner).invoke(arguments)
        finally:
            # what failed may still refer to the adapter's connection: it is closed, not left to be collected
            if DuckDBConnectionManager._ENV is not None:
                DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()


def _show_node(event: EventMsg) -> None:
    """Print one line for each seed and model as it ends, and for each test that does not pass."""
    if event.info.name != "NodeFinished":
        return
    node = event.data.node_info
    good = node.node_status in {"success", "pass"}
    if good and node.resource_type in {"test", "operation"}:
        return
    colour = "green" if good else "yellow" if node.node_status == "warn" else "red"
    relation = f"{node.node_relation.schema}.{node.node_name}" if node.node_relation.schema else node.node_name
    say(f"  [{colour}]{node.node_status:<8}[/] {node.resource_type:<6} {relation}")


def node_results(result: dbtRunnerResult) -> list[NodeResult]:
    """Read what became of each node out of a dbt result."""
    nodes = []
    for run in getattr(result.result, "results", None) or []:
        node = run.node
        nodes.append(
            NodeResult(
                name=node.name,
                kind=str(node.resource_type),
                schema=node.schema or "",
                status=str(run.status),
                seconds=round(run.execution_time, 3),
                failures=run.failures,
                message=(run.message or "").strip(),
            )
        )
    return nodes
