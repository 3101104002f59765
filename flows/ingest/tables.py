"""Load the files of one table of a delivery: the large and plain ones the fast way, all others the careful way, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.contract import Table
from flows.ingest import fast
from flows.ingest.csv_file import CsvFile
from flows.ingest.faults import key_parts
from flows.ingest.manifest import Delivery, ManifestFile
from flows.ingest.read_file import DeliveredFile, open_columns, open_file, stage_file
from flows.ingest.rows import CarefulFile, FileReport, check_rows
from flows.ingest.staging import new_delivered
from flows.ingest.typing_sql import quote
from flows.ingest.workspace import Workspace


@dataclass
class _Loaded:
    """A file that came in the fast way."""

    report: FileReport
    part: Path


def load_table(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    table: Table,
    files: list[ManifestFile],
    workspace: Workspace,
    part: Callable[[int], Path],
) -> list[FileReport]:
    """Write what fits of a table's files as Parquet and put the rest into `quarantine`; return what became of each file.

    Args:
        connection: its table `quarantine` gets the faults.
        delivery: the delivery.
        table: the contract.
        files: what the manifest says of the files.
        workspace: where files are unpacked.
        part: number → where a Parquet file is to be written, from 1.

    Raises:
        DeliveryRefusedError: a file as a whole cannot be trusted.

    """
    opened = [open_file(delivery.folder / file.name, table, workspace) for file in files]
    loaded: dict[str, _Loaded] = {}
    if fast.can_be_fast(table):
        for file, source in zip(files, opened, strict=True):
            done = _try_fast(connection, delivery, file, source, workspace, part(len(loaded) + 1))
            if done:
                loaded[file.name] = done
    careful = [(file, source) for file, source in zip(files, opened, strict=True) if file.name not in loaded]
    reports = {name: done.report for name, done in loaded.items()}
    if careful:
        reports |= _careful(connection, delivery, table, careful, workspace, part(len(loaded) + 1))
    parts = [done.part for done in loaded.values()]
    if loaded and len(files) > 1 and not _keys_differ(connection, table, parts, bool(careful)):
        # a key of one file stands in another: only with all of them side by side can it be said where
        connection.execute(f"delete from quarantine where table_name = {quote(table.name)}")
        for number in range(1, len(loaded) + 2):
            part(number).unlink(missing_ok=True)
        reports = _careful(connection, delivery, table, list(zip(files, opened, strict=True)), workspace, part(1))
    return [reports[file.name] for file in files]


def _try_fast(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    file: ManifestFile,
    source: DeliveredFile,
    workspace: Workspace,
    target: Path,
) -> _Loaded | None:
    if source.format != "csv" or source.path.stat().st_size < fast.LARGE:
        return None
    sent_on = delivery.manifest.sent_on
    workspace.share_cores(connection)
    for _ in range(2):
        columns = open_columns(connection, source, workspace)
        if not isinstance(columns, CsvFile):
            return None
        report = fast.load_fast(connection, columns, source.table, file, sent_on, target)
        if report:
            return _Loaded(report, target)
        was = source.path
        source.in_utf8(workspace)
        if source.path == was:
            return None
    return None


def _careful(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    table: Table,
    files: list[tuple[ManifestFile, DeliveredFile]],
    workspace: Workspace,
    target: Path,
) -> dict[str, FileReport]:
    workspace.share_cores(connection)
    new_delivered(connection, table)
    read = []
    for number, (said, source) in enumerate(files):
        file = CarefulFile(number, source.original, said, stage_file(connection, source, workspace, number))
        file.check_row_count()
        read.append(file)
    reports = check_rows(connection, table, read, delivery.manifest.sent_on, target)
    return {report.file: report for report in reports}


def _keys_differ(connection: duckdb.DuckDBPyConnection, table: Table, parts: list[Path], careful: bool) -> bool:
    """Say whether no key of a file that came in the fast way stands in another file, its quarantined rows included."""
    if not table.unique_key:
        return True
    if not fast.keys_are_unique(connection, table, parts):
        return False
    if not careful:
        return True
    ours = ", ".join(f"coalesce({part}, '')" for part in key_parts(table))
    theirs = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '')" for name in table.unique_key)
    files = ", ".join(quote(str(part)) for part in parts)
    query = (
        f"select count(*) = 0 from (select hash({ours}) as key from delivered) as ours "
        f"join (select hash({theirs}) as key from read_parquet([{files}])) as theirs using (key)"
    )
    return connection.execute(query).fetchone()[0]
