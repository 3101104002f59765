"""Read a delivered CSV file: its delimiter, its header and its records, each with the line that it starts on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.encodings import empty_file, head_of
from flows.ingest.header import Header, headings_of, read_header, shown_headings, tidy_heading
from flows.ingest.staging import Malformed, ReadFile, Stager
from flows.ingest.typing_sql import quote
from flows.ingest.workspace import Workspace

if TYPE_CHECKING:
    from flows.ingest.plain_lines import PlainLines

DELIMITERS = {",": "comma", "\t": "tab", "|": "|"}
# From here on DuckDB's own reader is worth its start; below, Python reads as fast.
LARGE = 1 << 22


@dataclass(frozen=True)
class CsvFile:
    """A CSV file in UTF-8 whose header was read."""

    original: Path
    path: Path
    encoding: str
    delimiter: str
    header: Header


@dataclass(frozen=True)
class Record:
    """One record of a file: the line that it starts on and its fields."""

    line: int
    fields: list[str]


def _records(original: Path, text: Iterator[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    start = 1
    try:
        for fields in reader:
            if fields:  # an empty line is no record
                yield Record(start, fields)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DeliveryRefusedError(
            f"{original}, line {start}: the record that starts here is not readable as CSV: {error}. A quote that "
            'opens a field must close it, and a quote inside it is doubled ("").'
        ) from error


def open_csv(original: Path, path: Path, encoding: str, table: Table) -> CsvFile:
    """Read the header of a file in UTF-8; the delimiter is the one that makes most headings known.

    Raises:
        DeliveryRefusedError: the file is empty, or its header is not the contract's.

    """
    head = head_of(path).decode("utf-8-sig", errors="replace")
    known = headings_of(table)
    best: tuple[int, str, Record] | None = None
    for delimiter in DELIMITERS:
        try:
            record = next(_records(original, io.StringIO(head, newline=""), delimiter), None)
        except DeliveryRefusedError:
            continue
        if record is None:
            raise empty_file(original)
        count = sum(tidy_heading(cell).casefold() in known for cell in record.fields)
        if best is None or count > best[0]:
            best = count, delimiter, record
    if best is None:
        best = 0, ",", next(_records(original, io.StringIO(head, newline=""), ","))
    count, delimiter, record = best
    if len(record.fields) == 1 and count == 0 and len(table.delivered) > 1:
        raise DeliveryRefusedError(
            f"{original}, line {record.line}: the header is one column, {shown_headings(record.fields[0], table)}; expected "
            f"the columns of {table.file}, separated by {', '.join(DELIMITERS.values())}"
        )
    return CsvFile(original, path, encoding, delimiter, read_header(original, record.fields, table, record.line))


def stage_csv(
    connection: duckdb.DuckDBPyConnection, file: CsvFile, table: Table, workspace: Workspace, file_no: int
) -> ReadFile:
    """Put the records of a file into `delivered`; those with too many or too few fields are kept apart as malformed.

    Raises:
        DeliveryRefusedError: the file cannot be read as CSV.

    """
    read = ReadFile(file.header, file.encoding)
    if file.path.stat().st_size >= LARGE and (plain := plain_lines(file)) is not None:
        read.staged = _stage_plain_lines(connection, file, table, file_no, plain.rows)
        if read.staged == plain.rows:
            return read
    places = {name: place for place, name in enumerate(file.header.columns) if name is not None}
    order = [places.get(column.name) for column in table.kept]
    width = len(file.header.columns)
    with (
        file.path.open(encoding="utf-8-sig", newline="") as text,
        Stager(connection, workspace, file.original, table, file_no) as stager,
    ):
        records = _records(file.original, text, file.delimiter)
        next(records)
        for record in records:
            if len(record.fields) == width:
                stager.add(record.line, ["" if place is None else record.fields[place] for place in order])
            else:
                read.malformed.append(_malformed(record, file.header, table))
    read.staged = stager.rows
    return read


def _malformed(record: Record, header: Header, table: Table) -> Malformed:
    names = [name or "(unknown)" for name in header.columns]
    text = None if table.holds_persons else json.dumps(record.fields, ensure_ascii=False)
    expected = f"{len(names)} fields: {', '.join(names)}"
    return Malformed(record.line, str(len(record.fields)), "wrong number of fields", expected, text)


def plain_lines(file: CsvFile) -> PlainLines | None:
    """Look whether DuckDB reads in a file what Python reads in it; None where it may not, so that Python has to.

    Every line is one record then, so that the number of a record tells its line.
    """
    from flows.ingest.plain_lines import look_at_lines  # numpy takes its time to load, and small files do without

    if file.header.line != 1:
        return None
    return look_at_lines(file.path, file.delimiter, len(file.header.columns))


def read_csv_sql(file: CsvFile, types: dict[str, str], options: str = "") -> str:
    """SQL that reads a file with the given types; columns without one are read over."""
    names = [name or f"unknown {number}" for number, name in enumerate(file.header.columns)]
    columns = ", ".join(f"{quote(name)}: {quote(types.get(name, 'varchar'))}" for name in names)
    return (
        f"read_csv({quote(str(file.path))}, header=true, delim={quote(file.delimiter)}, quote='\"', escape='\"', "
        f"auto_detect=false, strict_mode=true, columns={{{columns}}}{options})"
    )


def _stage_plain_lines(connection: duckdb.DuckDBPyConnection, file: CsvFile, table: Table, file_no: int, rows: int) -> int:
    """Let DuckDB read a file all as text. Where it stumbles or counts otherwise, nothing is kept and Python reads it."""
    values = ", ".join(f'"{c.name}"' if c.name in file.header.present else "null" for c in table.kept)
    connection.execute("begin")
    try:
        staged = connection.execute(
            f"insert into delivered select {file_no}, row_number() over () + 1, {values} from {read_csv_sql(file, {})}"
        ).fetchone()[0]
    except duckdb.Error:  # its message shows the line, in which a person may stand
        staged = -1
    connection.execute("commit" if staged == rows else "rollback")
    return staged if staged == rows else -1
