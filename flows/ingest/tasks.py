"""The steps of ingest as Prefect tasks; each is thin over the modules beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from prefect import task
from rich.markup import escape

from flows.errors import DeliveryRefusedError
from flows.ingest.lake import BatchWriter, loaded_batches, new_quarantine, write_ingest_tables
from flows.ingest.manifest import Delivery, check_files, check_unchanged, read_manifest
from flows.ingest.policy import Decision, batch_id_of, decide
from flows.ingest.reader import read_text_file
from flows.ingest.rows import FileReport, check_rows
from flows.reporting import say


@dataclass(frozen=True)
class Quarantined:
    """One fault of a row that was put aside."""

    file: str
    line: int
    column: str | None
    value: str | None
    reason: str
    expected: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}, line {self.line}{column}: {self.value or ''!r} {self.reason}; expected {self.expected}"


@dataclass
class LoadReport:
    """What became of one delivery."""

    folder: Path
    delivery_id: str
    outcome: str  # loaded | nothing new | refused
    files: list[FileReport] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    error: str = ""


@task(name="load delivery", task_run_name="load {folder.name}")
def load_delivery(folder: Path, lake: Path) -> LoadReport:
    """Take one delivery into the lake, whole or not at all; a refusal is reported, not raised, so others go on."""
    try:
        delivery = read_manifest(folder)
        batches = loaded_batches(lake)
        if decide(delivery, batches) is Decision.NOTHING_NEW:
            check_unchanged(delivery, max(b.loaded_at for b in batches if b.manifest_sha256 == delivery.sha256))
            return LoadReport(folder, delivery.delivery_id, "nothing new")
        check_files(delivery)
        report = _write_batch(delivery, lake)
    except DeliveryRefusedError as error:
        say(f"[red]refused[/]  {escape(str(error))}")
        return LoadReport(folder, folder.name, "refused", error=str(error))
    rows = sum(f.loaded for f in report.files)
    say(f"loaded   {delivery.delivery_id} revision {delivery.manifest.revision}: {rows} rows")
    for fault in report.quarantined:
        say(f"[yellow]put aside[/]  {escape(f'{folder}/{fault}')}")
    return report


def _write_batch(delivery: Delivery, lake: Path) -> LoadReport:
    batch_id = batch_id_of(delivery)
    report = LoadReport(delivery.folder, delivery.delivery_id, "loaded")
    with duckdb.connect() as connection, BatchWriter(lake, batch_id) as writer:
        new_quarantine(connection)
        by_table: dict[str, list[str]] = {}
        for number, file in enumerate(delivery.manifest.files):
            table = delivery.contract_of(file)
            text = read_text_file(delivery.folder / file.name, table)
            report.files.append(check_rows(connection, text, table, file))
            connection.execute(f"create temp table accepted_{number} as from accepted")
            connection.execute("insert into batch_quarantine from quarantine")
            by_table.setdefault(table.name, []).append(f"from accepted_{number}")
        for name, parts in by_table.items():
            writer.write(connection, delivery.manifest.source, name, " union all ".join(parts))
        writer.write(connection, "ingest", "quarantine", "from batch_quarantine order by file, source_line")
        write_ingest_tables(connection, writer, delivery, report.files)
        faults = connection.execute(
            "select file, source_line, column_name, value, reason, expected from batch_quarantine order by file, source_line"
        ).fetchall()
        writer.commit()
    report.quarantined = [Quarantined(*fault) for fault in faults]
    return report
