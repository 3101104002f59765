"""The fast way: DuckDB reads a large file typed, straight into Parquet, and what was written is verified in a few scans.

It takes only what is plain. Anything else (a value that needs a closer look, an untrimmed text, an unknown code, a key twice, a
total that differs) makes it give up without a word, and the careful way reads the file and says what it is. So it must never
accept a row that the careful way would put aside, nor read a value otherwise.

What the reader of the lake adds (macros/create_raw_views.sql) it does not write: a column that the file does not have, and
`source_line`, which is null here: every line of the file is one record, so the row's place in the Parquet file tells its line.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.contract import Column, Table
from flows.errors import DeliveryRefusedError
from flows.ingest import control_totals
from flows.ingest.csv_file import CsvFile, plain_lines, read_csv_sql
from flows.ingest.encodings import head_of
from flows.ingest.identifiers import is_person, is_person_sql, strange_codes_sql, strange_ids_sql
from flows.ingest.manifest import ManifestFile
from flows.ingest.rows import PARQUET, FileReport
from flows.ingest.tokens import token_sql
from flows.ingest.typing_sql import MOMENT_FORMATS, quote, tidy, wide_type
from flows.ingest.workspace import every_optimizer

if TYPE_CHECKING:
    from flows.ingest.plain_lines import PlainLines

# From here on it is worth its scans; below, the careful way takes no longer.
LARGE = 1 << 16
# Of columns with more values than this a dictionary saves no room and costs its making; no filter of ours asks for one value.
LARGE_PARQUET = f"{PARQUET}, parquet_version v2, dictionary_size_limit 1000, write_bloom_filter false"
_PLAIN_TYPES = {"text", "integer", "decimal", "date", "timestamp"}
# DuckDB reads 'infinity' as this day where a format is given
_FIRST_DAY = dt.date(1900, 1, 1)
# line breaks are in no field: the lines were counted
_EDGES = (" ", "\u3000", "\t")


def can_be_fast(table: Table) -> bool:
    """Say whether the rules of a table can be verified on typed rows."""
    return table.one_value is None and all(c.of is None and c.type in _PLAIN_TYPES for c in table.columns)


def load_fast(
    connection: duckdb.DuckDBPyConnection, source: CsvFile, table: Table, said: ManifestFile, sent_on: dt.date, target: Path
) -> FileReport | None:
    """Read a CSV file into the Parquet file `target`; None where it is not plain, and nothing is left then."""
    lines = plain_lines(source)
    if lines is None or lines.rows != said.rows:
        return None
    try:
        query = _typed_sql(source, table, said.name, lines)
        with every_optimizer(connection):
            connection.execute(f"copy ({query}) to {quote(str(target))} ({LARGE_PARQUET})")
        totals = _verify(connection, table, source, said, sent_on, target, lines.may_need_trim)
    except (duckdb.Error, DeliveryRefusedError):  # the careful way says what and where; DuckDB's message shows the line
        totals = None
    if totals is None:
        target.unlink(missing_ok=True)
        return None
    header = source.header
    return FileReport(
        said.name,
        table.name,
        said.sha256,
        source.encoding,
        said.rows,
        said.rows,
        0,
        totals,
        ", ".join(header.unknown),
        ", ".join(header.missing),
    )


def _typed_sql(source: CsvFile, table: Table, name: str, lines: PlainLines) -> str:
    types = {column.name: wide_type(column) for column in table.kept if column.type == "decimal"}
    formats = _formats(source, table)
    options = ""
    for kind in ("date", "timestamp"):
        columns = [column.name for column in table.kept if column.type == kind and column.name in formats]
        # the reader takes 1980111 for a day of November, and blanks of any kind for spaces
        plain = [column for column in columns if not (lines.has_odd_blanks or formats[column].startswith("%Y%m%d"))]
        # it knows one format of a kind; columns in another one are read as text first
        if plain:
            options += f", {kind}format={quote(formats[plain[0]])}"
            types |= {column: kind for column in plain if formats[column] == formats[plain[0]]}
    present = [column for column in table.kept if column.name in source.header.present]
    values = [_value(column, types, formats, lines.may_need_trim) for column in present]
    columns = [f'{value} as "{column.name}"' for column, value in zip(present, values, strict=True)]
    return (
        f"select {', '.join(columns)}, {quote(name)} as source_file, cast(null as bigint) as source_line "
        f"from {read_csv_sql(source, types, options)}"
    )


def _value(column: Column, types: dict[str, str], formats: dict[str, str], may_need_trim: bool) -> str:
    name = f'"{column.name}"'
    if column.pii == "token":
        text = tidy(column.name) if may_need_trim else f"nullif({name}, '')"
        token = token_sql(text)
        return f"case when not {is_person_sql(text)} then error('no person') else {token} end" if is_person(column) else token
    if column.type == "decimal":
        exact = f"cast({name} as {column.data_type})"
        return f"case when {name} <> {exact} then error('too many decimals') else {exact} end"
    if column.type == "integer":
        whole = f"regexp_full_match({name}, '[+-]?[0-9]{{1,18}}')"
        return f"case when not {whole} then error('not whole') else cast({name} as {column.data_type}) end"
    if column.type in ("date", "timestamp") and column.name not in types:
        format = formats.get(column.name, MOMENT_FORMATS[0])
        has_shape = f"regexp_full_match({name}, {quote(_shape_of(format))})"
        moment = f"strptime({name}, {quote(format)})"
        return f"case when not {has_shape} then error('no moment') else cast({moment} as {column.type}) end"
    return name


def _shape_of(format: str) -> str:
    """Return a regular expression of what the careful way reads in a format."""
    shapes = {"%Y%m%d": "[0-9]{8}", "%H%M%S": "[0-9]{6}", "%Y": "[0-9]{4}", "%f": "[0-9]{1,6}", " ": " +", ".": "[.]"}
    return re.sub("%Y%m%d|%H%M%S|%.|[ .]", lambda part: shapes.get(part[0], "[0-9]{1,2}"), format)


def _formats(source: CsvFile, table: Table) -> dict[str, str]:
    """Guess how the dates of each column are written, from the first records; none has a field too long for the reader."""
    head = io.StringIO(head_of(source.path, 1 << 18).decode("utf-8-sig", errors="replace"), newline="")
    wanted = {column.name for column in table.kept if column.type in ("date", "timestamp")}
    found: dict[str, str] = {}
    for record in list(csv.reader(head, delimiter=source.delimiter))[1:]:
        for name, value in zip(source.header.columns, record, strict=False):
            if name in wanted and name not in found and value.strip():
                found[name] = _format_of(value.strip())
        if len(found) == len(wanted):
            break
    return found


def _format_of(value: str) -> str:
    if re.fullmatch("[0-9]{14}", value):
        return "%Y%m%d%H%M%S"
    day, _, time = value.partition(" ")
    format = "%Y%m%d" if re.fullmatch("[0-9]{8}", day) else "%Y/%m/%d" if "/" in day else "%Y-%m-%d"
    if time:
        format += " %H:%M" + (":%S" if time.count(":") == 2 else "") + (".%f" if "." in time else "")
    return format


def _verify(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    source: CsvFile,
    said: ManifestFile,
    sent_on: dt.date,
    target: Path,
    may_need_trim: bool,
) -> str | None:
    """Prove on what was written that the careful way would have put no row aside; return the control totals compared."""
    lake = f"read_parquet({quote(str(target))})"
    has = source.header.present
    wrong = [f"count(*) <> {said.rows}"]
    for column in (column for column in table.kept if column.name in has):
        name = f'"{column.name}"'
        if not column.nullable:
            wrong.append(f"count({name}) < count(*)")
        if column.type in ("date", "timestamp"):
            wrong.append(f"min({name}) < date '{_FIRST_DAY + dt.timedelta(days=1)}'")
        if may_need_trim and column.type == "text" and column.pii == "keep":
            edges = " or ".join(f"prefix({name}, {quote(e)}) or suffix({name}, {quote(e)})" for e in _EDGES)
            wrong.append(f"bool_or({edges})")
    for name in has.intersection(table.not_after_sending):
        wrong.append(f"max(\"{name}\") >= date '{sent_on + dt.timedelta(days=1)}'")
    if (rule := table.negative_only_where) and (signed := [f'"{name}" < 0' for name in rule.of if name in has]):
        flags = ", ".join(map(quote, rule.values))
        allowed = f'coalesce("{rule.column}" in ({flags}), false)' if rule.column in has else "false"
        wrong.append(f"bool_or(({' or '.join(signed)}) and not {allowed})")
    wrong += strange_ids_sql(table, has) + strange_codes_sql(lake, table, has)
    sums = [f'sum("{name}")' if name in has else "null" for name in said.control_totals]
    checks = " or ".join(f"coalesce({check}, false)" for check in wrong)
    is_wrong, *totals = connection.execute(f"select {', '.join([checks, *sums])} from {lake}").fetchone()
    if is_wrong or any(_strange_codes(connection, c, lake) for c in table.kept if c.codes and c.name in has):
        return None
    if table.unique_key and not keys_are_unique(connection, table, [target]):
        return None
    summed = {name: total or 0 if name in has else None for name, total in zip(said.control_totals, totals, strict=True)}
    return control_totals.compare(source.original, said, table, summed, dict.fromkeys(said.control_totals, 0))


def _strange_codes(connection: duckdb.DuckDBPyConnection, column: Column, lake: str) -> bool:
    found = connection.execute(f'select distinct "{column.name}" from {lake}').fetchall()
    return not {code for (code,) in found if code is not None} <= column.codes.members()


def keys_are_unique(connection: duckdb.DuckDBPyConnection, table: Table, parts: list[Path]) -> bool:
    """Say whether no key stands twice in Parquet files; two keys of one hash count as one, and are looked at closely then."""
    files = ", ".join(quote(str(part)) for part in parts)
    key = ", ".join(f'"{name}"' for name in table.unique_key)
    query = f"select count(distinct hash({key})) = count(*) from read_parquet([{files}])"
    return connection.execute(query).fetchone()[0]
