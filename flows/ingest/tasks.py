"""The steps of ingest as Prefect tasks; each is thin over the modules beside it."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb
from prefect import task
from rich.markup import escape

from flows.contract import load_contracts
from flows.errors import DeliveryRefusedError
from flows.ingest.closed_months import check_open
from flows.ingest.lake import BatchWriter, LoadedBatch, loaded_batches, next_moment, write_ingest_tables
from flows.ingest.manifest import Delivery, check_files, check_sent, check_unchanged, read_manifest
from flows.ingest.policy import Decision, batch_id_of, decide, superseded_by
from flows.ingest.rows import FileReport, new_quarantine
from flows.ingest.tables import load_table
from flows.ingest.tokens import fingerprint_of, set_key, token_key
from flows.ingest.workspace import Workspace
from flows.reporting import say
from flows.settings import get_settings

# A file whose unit or codes are wrong throughout has a fault in every row.
FAULTS_SHOWN = 500
# the first run makes the key: one load of those at work at once
_KEY = threading.Lock()


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
    """What became of one delivery. Of very many faults `quarantined` has the first; `faults` counts them all."""

    folder: Path
    delivery_id: str
    outcome: str  # loaded | nothing new | refused
    files: list[FileReport] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    faults: int = 0
    error: str = ""


def report_if_loaded(delivery: Delivery, batches: list[LoadedBatch]) -> LoadReport | None:
    """Return the report of a delivery that the lake holds already; None of one that is to be loaded.

    Raises:
        DeliveryRefusedError: it differs from what was loaded, and does not say that it is a correction.

    """
    if decide(delivery, batches) is not Decision.NOTHING_NEW:
        return None
    check_unchanged(delivery, max(b.loaded_at for b in batches if b.manifest_sha256 == delivery.sha256))
    return LoadReport(delivery.folder, delivery.delivery_id, "nothing new")


@task(name="load delivery", task_run_name="load {folder.name}")
def load_delivery(folder: Path, lake: Path, loaded_at: dt.datetime | None = None) -> LoadReport:
    """Take one delivery into the lake, whole or not at all; a refusal is reported, not raised, so others go on.

    Of equal records the one loaded last counts, so `loaded_at` tells the place of the delivery among those that are loaded
    beside it; without it the delivery is the last.
    """
    later = None
    try:
        delivery = read_manifest(folder)
        batches = loaded_batches(lake)
        if known := report_if_loaded(delivery, batches):
            return known
        later = superseded_by(delivery, batches)
        if later is None:  # else it changes no month
            check_open(delivery, get_settings().closed_months)
        check_sent(delivery, dt.datetime.now(tz=dt.UTC).date())
        check_files(delivery)
        report = _write_batch(delivery, lake, batches, loaded_at)
    except DeliveryRefusedError as error:
        if later is not None:  # what was wrong with it has been mended
            say(f"[yellow]superseded[/] by revision {later} and not kept: {escape(str(error))}")
            return LoadReport(folder, delivery.delivery_id, "nothing new", error=str(error))
        say(f"[red]refused[/]  {escape(str(error))}")
        return LoadReport(folder, folder.name, "refused", error=str(error))
    _say_what_was_loaded(delivery, report)
    if later is not None:
        code, own = delivery.delivery_id, delivery.manifest.revision
        say(f"[yellow]superseded[/] {code} revision {own}: it came after revision {later}, which counts")
    return report


def _write_batch(
    delivery: Delivery, lake: Path, batches: list[LoadedBatch] | None = None, loaded_at: dt.datetime | None = None
) -> LoadReport:
    batch_id = batch_id_of(delivery)
    report = LoadReport(delivery.folder, delivery.delivery_id, "loaded")
    with Workspace(lake) as workspace, workspace.connect() as connection:
        writer = BatchWriter(lake, batch_id, workspace)
        source = delivery.manifest.source
        new_quarantine(connection)
        fingerprint = _prepare_tokens(connection, delivery, batches or [])
        done: dict[str, FileReport] = {}
        for name, files in delivery.tables().items():
            reports = load_table(
                connection, delivery, load_contracts()[source][name], files, workspace, partial(writer.part, source, name)
            )
            done |= {file.file: file for file in reports}
        report.files = [done[file.name] for file in delivery.manifest.files]
        in_order = "from quarantine order by file, source_line, column_name, reason"
        writer.write(connection, "ingest", "quarantine", in_order)
        moment = loaded_at or next_moment(batches or [])
        write_ingest_tables(connection, writer, delivery, report.files, fingerprint, moment)
        report.faults = connection.execute("select count(*) from quarantine").fetchone()[0]
        faults = connection.execute(
            f"select file, source_line, column_name, value, reason, expected {in_order} limit {FAULTS_SHOWN}"
        ).fetchall()
        writer.commit()
    report.quarantined = [Quarantined(*fault) for fault in faults]
    return report


def _prepare_tokens(connection: duckdb.DuckDBPyConnection, delivery: Delivery, batches: list[LoadedBatch]) -> str | None:
    """Give the connection the token key, if a table of the delivery needs it, and return its fingerprint."""
    contracts = load_contracts()[delivery.manifest.source]
    if not any(contracts[name].needs_tokens for name in delivery.tables()):
        return None
    with _KEY:
        key = token_key({batch.token_key for batch in batches if batch.token_key})
    set_key(connection, key)
    return fingerprint_of(key)


def _say_what_was_loaded(delivery: Delivery, report: LoadReport) -> None:
    rows = sum(f.loaded for f in report.files)
    say(f"loaded   {delivery.delivery_id} revision {delivery.manifest.revision}: {rows} rows")
    for file in report.files:
        if file.unknown_columns:
            place = escape(f"{report.folder}/{file.file}")
            say(f"[yellow]not loaded[/] {place}: columns that the contract does not know: {escape(file.unknown_columns)}")
    for fault in report.quarantined:
        say(f"[yellow]put aside[/]  {escape(f'{report.folder}/{fault}')}")
    if report.faults > len(report.quarantined):
        say(f"[yellow]put aside[/]  … {report.faults:,} faults in all: staging.stg_ingest__quarantine has every one")
