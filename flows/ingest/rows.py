"""The careful way: check the records of a table's files against the contract, set-wise, and say of each fault where it stands.

What fits is typed, what does not is kept with its fault. Rows in = rows in the lake + rows in quarantine, always: they are
counted in the Parquet that was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest import control_totals
from flows.ingest.faults import faults_sql, shown, typed
from flows.ingest.manifest import ManifestFile
from flows.ingest.staging import ReadFile
from flows.ingest.typing_sql import PARSED, number_of, quote

QUARANTINE_COLUMNS = (
    "table_name varchar, file varchar, source_line bigint, column_name varchar, "
    "value varchar, reason varchar, expected varchar, row_text varchar"
)
PARQUET = "format parquet, compression zstd, compression_level 1"
_NAMED_ONE_BY_ONE = 1000


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `unknown_columns` were delivered and not loaded, `missing_columns` are null in the lake."""

    file: str
    table: str
    sha256: str
    encoding: str
    rows: int
    loaded: int
    quarantined: int
    control_totals: str
    unknown_columns: str = ""
    missing_columns: str = ""


@dataclass
class CarefulFile:
    """A file of which the records stand in `delivered` under its number."""

    number: int
    path: Path
    said: ManifestFile
    read: ReadFile

    def check_row_count(self) -> None:
        """Compare the number of records with the manifest's.

        Raises:
            DeliveryRefusedError: they differ.

        """
        check_row_count(self.path, self.read.rows, self.said)


def check_row_count(path: Path, rows: int, said: ManifestFile) -> None:
    """Refuse a file that has not the rows that its manifest says.

    Raises:
        DeliveryRefusedError: it has more or fewer.

    """
    if rows != said.rows:
        raise DeliveryRefusedError(
            f"{path}: {rows} rows, the manifest says {said.rows}. The file was cut or changed on its way: ask the "
            "sender for the delivery again."
        )


def new_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table that gathers the quarantined rows of all files of a batch."""
    connection.execute(f"create or replace temp table quarantine ({QUARANTINE_COLUMNS})")


def check_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, files: list[CarefulFile], sent_on: dt.date, target: Path
) -> list[FileReport]:
    """Split the records of `delivered`: what fits goes into the Parquet file `target`, the rest into `quarantine`.

    Raises:
        DeliveryRefusedError: a row count or a control total is not the manifest's.

    """
    for file in files:
        file.check_row_count()
    connection.execute("create or replace temp table codes (column_name varchar, code varchar)")
    members = [(c.name, code) for c in table.kept if c.codes for code in sorted(c.codes.members())]
    names, codes = [name for name, _ in members], [code for _, code in members]
    connection.execute("insert into codes select unnest(?::varchar[]), unnest(?::varchar[])", [names, codes])
    present = set().union(*(file.read.header.present for file in files))
    connection.execute(f"create or replace temp table faults as {faults_sql(table, present, sent_on)}")
    connection.execute("create or replace temp table names (file_no integer, name varchar)")
    connection.executemany("insert into names values (?, ?)", [(file.number, file.said.name) for file in files])
    _keep_faulty_rows(connection, table, files)
    totals = {file.number: _compare_totals(connection, table, file) for file in files}
    connection.execute(f"copy ({accepted_sql(connection, table, files)}) to {quote(str(target))} ({PARQUET})")
    return [_account(connection, table, file, target, totals[file.number]) for file in files]


def accepted_sql(connection: duckdb.DuckDBPyConnection, table: Table, files: list[CarefulFile]) -> str:
    """SQL of the records without a fault, typed, in the order of their files; a column that no file has is null."""
    present = set().union(*(file.read.header.present for file in files))
    names = " ".join(f"when {file.number} then {quote(file.said.name)}" for file in files)
    faulty = connection.execute(
        f"select distinct file_no, source_line from faults order by all limit {_NAMED_ONE_BY_ONE + 1}"
    ).fetchall()
    if len(faulty) <= _NAMED_ONE_BY_ONE:
        # no join: the records stay in their order by themselves, and a million need not be sorted
        lines: dict[int, list[str]] = {}
        for number, line in faulty:
            lines.setdefault(number, []).append(str(line))
        where = " and ".join(f"not (file_no = {n} and source_line in ({', '.join(of)}))" for n, of in lines.items()) or "true"
    else:
        where = "(file_no, source_line) not in (select (file_no, source_line) from faults) order by file_no, source_line"
    return (
        f"select {', '.join(_typed_columns(table, present))}, case file_no {names} end as source_file, source_line "
        f"from delivered where {where}"
    )


def _typed_columns(table: Table, present: set[str]) -> Iterator[str]:
    for column in table.in_lake:
        expression = "null"
        if (column.of or column.name) in present:
            expression = PARSED[column.type](column.of) if column.of else typed(column)
        yield f'cast({expression} as {column.data_type}) as "{column.name}"'


def _keep_faulty_rows(connection: duckdb.DuckDBPyConnection, table: Table, files: list[CarefulFile]) -> None:
    """Keep every fault with its row as delivered, but for what may be of a person, then the records that are none."""
    if _one(connection, "select exists (from faults)"):
        kept = ", ".join(f'"{c.name}" := {shown(table, c)}' for c in table.delivered if c.pii == "keep")
        connection.execute(
            f"insert into quarantine select {quote(table.name)}, names.name, source_line, faults.column_name, faults.value, "
            f"faults.reason, faults.expected, cast(to_json(struct_pack({kept})) as varchar) "
            "from faults join delivered using (file_no, source_line) join names using (file_no)"
        )
    for file in files:
        if file.read.malformed:
            connection.executemany(
                "insert into quarantine values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (table.name, file.said.name, r.line, r.column, r.value, r.reason, r.expected, r.text)
                    for r in file.read.malformed
                ],
            )


def _compare_totals(connection: duckdb.DuckDBPyConnection, table: Table, file: CarefulFile) -> str:
    totals: dict[str, Decimal | None] = {}
    unread = {}
    for name in file.said.control_totals:
        unread[name] = len(file.read.malformed) + _one(
            connection,
            "select count(*) from faults where file_no = ? and column_name = ? and reason = 'does not parse'",
            [file.number, name],
        )
        if name not in file.read.header.present:
            totals[name] = None
        else:
            # what does not parse is left out of a sum of decimals; other numbers cannot be summed then
            can_be_summed = not unread[name] or table.column(name).type == "decimal"
            totals[name] = sum_of(connection, table, name, file.number) if can_be_summed else Decimal(0)
    return control_totals.compare(file.path, file.said, table, totals, unread)


def sum_of(connection: duckdb.DuckDBPyConnection, table: Table, name: str, file_no: int) -> Decimal:
    """Sum the numbers of a delivered column as they stand, whatever their units: a control total."""
    number = number_of(table.column(name))
    return control_totals.exact(_one(connection, f"select sum({number}) from delivered where file_no = ?", [file_no]))


def _account(connection: duckdb.DuckDBPyConnection, table: Table, file: CarefulFile, target: Path, totals: str) -> FileReport:
    """Count what was written of a file, and say what became of it."""
    loaded = _one(
        connection, f"select count(*) from read_parquet({quote(str(target))}) where source_file = ?", [file.said.name]
    )
    aside = _one(connection, "select count(distinct source_line) from quarantine where file = ?", [file.said.name])
    if loaded + aside != file.said.rows:
        raise RuntimeError(f"{file.path}: {file.said.rows} rows in, {loaded} in the lake and {aside} in quarantine")
    header = file.read.header
    return FileReport(
        file.said.name,
        table.name,
        file.said.sha256,
        file.read.encoding,
        file.said.rows,
        loaded,
        aside,
        totals,
        ", ".join(header.unknown),
        ", ".join(header.missing),
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str, values: list | None = None):
    return connection.execute(query, values or []).fetchone()[0]
