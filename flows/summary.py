"""The table that a run ends with."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from flows.budget_flags import counted, worst

if TYPE_CHECKING:
    from flows.pipeline.flow import RunSummary

_FAMILIES = ("roll_up", "bound", "weighted_mean", "formula", "agreement")


def print_summary(summary: RunSummary, started: float) -> None:
    """Print what a run did, how long it took and where to look, on standard output.

    Args:
        summary: the run.
        started: `time.perf_counter()` at its start.

    """
    # into a file or a pipe the table keeps its width; paths and names are never cut
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    loads = summary.deliveries
    table.add_row("deliveries", ", ".join(f"{count} {outcome}" for outcome, count in loads.items()))
    table.add_row("in quarantine", f"{summary.rows_quarantined} rows")
    for name, count in summary.tables.items():
        if count:
            table.add_row(name, f"{count:,} rows")
    table.add_row("without rows", f"{sum(not count for count in summary.tables.values())} tables")
    table.add_row("models built", str(summary.models_built))
    if summary.checks:
        table.add_row("checks", ", ".join(f"{count} {kind}" for kind, count in summary.checks.items()))
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in summary.seconds.items())
    table.add_row("seconds", f"{steps}, in all {time.perf_counter() - started:.1f}")
    table.add_row("warehouse", summary.warehouse)
    table.add_row("Data Docs", summary.data_docs)
    console.print()
    if summary.consistency:
        console.print(_consistency_table(summary))
    if summary.reconciliation:
        console.print(_reconciliation_table(summary))
    if summary.budget_flags:
        console.print(_flags_table(summary.budget_flags))
    console.print(table)


def _flags_table(flags: list[dict[str, Any]]) -> Table:
    """Show the worst warnings on the execution of the budget; the title counts them all."""
    shown = worst(flags)
    table = Table(box=None, padding=(0, 2, 0, 0), title=f"budget warnings: {counted(flags)}", title_justify="left")
    for name in ("severity", "where", "fund", "item", "reason"):
        table.add_column(name)
    for flag in shown:
        table.add_row(flag["severity"], flag["place"], flag["fund"], flag["item"], flag["reason_zh"])
    if len(flags) > len(shown):
        table.add_row("…", f"{len(flags) - len(shown)} more: marts.budget_flags", "", "", "")
    return table


def _consistency_table(summary: RunSummary) -> Table:
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        title="what the published documents say of themselves",
        title_justify="left",
    )
    table.add_column("document")
    for name in ("figures", *_FAMILIES, "findings", "uncovered"):
        table.add_column(name.replace("_", " "), justify="right")
    for row in summary.consistency:
        cells = (row["figures"], *(row[family] for family in _FAMILIES), row["findings"], row["uncovered"])
        table.add_row(row["document_id"], *(f"{cell:,}" for cell in cells))
    return table


def _reconciliation_table(summary: RunSummary) -> Table:
    """Show per table of a document how many of its figures the marts give; a total for each document."""
    title = "what the warehouse gives of the published documents"
    table = Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
    counts = ("cells", "reproduced", "explained", "unexplained", "not_computed", "not_printed")
    table.add_column("document")
    table.add_column("table")
    for name in counts:
        table.add_column(name.replace("_", " "), justify="right")
    for document in dict.fromkeys(row["document_id"] for row in summary.reconciliation):
        rows = [row for row in summary.reconciliation if row["document_id"] == document]
        for row in rows:
            table.add_row(document, row["place"], *(f"{row[name]:,}" for name in counts))
        table.add_row(document, "all", *(f"{sum(row[name] for row in rows):,}" for name in counts))
    return table
