"""Check the rows of a file against its contract, set-wise in DuckDB: what fits is typed, what does not is kept with its fault.

Rows in = rows accepted + rows in quarantine, always; `check_rows` counts and refuses to go on otherwise.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path

import duckdb

from flows.contract import Column, Table
from flows.errors import DeliveryRefusedError
from flows.ingest.manifest import ManifestFile
from flows.ingest.reader import TextFile
from flows.ingest.typing_sql import PARSED, TYPES, quote, tidy

# A sum of decimal(28, 8) is decimal(38, 8); Python's usual 28 digits would round it.
_EXACT = Context(prec=60)

QUARANTINE_COLUMNS = (
    "table_name varchar, file varchar, source_line bigint, column_name varchar, "
    "value varchar, reason varchar, expected varchar, row_text varchar"
)


@dataclass(frozen=True)
class FileReport:
    """What became of one file."""

    file: str
    table: str
    sha256: str
    encoding: str
    rows: int
    loaded: int
    quarantined: int
    control_totals: str


def stage(connection: duckdb.DuckDBPyConnection, text: TextFile) -> None:
    """Put the records of a file, all text, into the temporary table `delivered`, with the line each starts on."""
    with tempfile.TemporaryDirectory(prefix="medfund-") as folder:
        path = Path(folder, "delivered.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(["source_line", *text.columns])
            writer.writerows([record.line, *record.fields] for record in text.records)
        types = ", ".join(f"{quote(name)}: 'varchar'" for name in text.columns)
        connection.execute(
            "create or replace temp table delivered as select * from read_csv("
            f"{quote(str(path))}, header=true, delim=',', quote='\"', escape='\"', auto_detect=false, "
            f"strict_mode=true, max_line_size=16000000, columns={{'source_line': 'bigint', {types}}})"
        )


def _column_faults(column: Column) -> Iterator[str]:
    rule = TYPES[column.type]
    name, value = quote(column.name), f'"{column.name}"'
    empty = rule.is_empty(column.name)
    fault = (
        "select source_line, {name} as column_name, {value} as value, {reason} as reason, {expected} as expected from delivered"
    )
    fill = {"name": name, "value": value}
    if not column.nullable:
        yield (
            fault.format(**fill, reason="'is empty'", expected=quote(f"{column.label_zh}: {rule.expected}")) + f" where {empty}"
        )
    if column.type != "text":
        yield (
            fault.format(**fill, reason="'does not parse'", expected=quote(rule.expected))
            + f" where not {empty} and not {rule.parses(column.name)}"
        )
    if column.codes:
        yield (
            fault.format(**fill, reason="'unknown code'", expected=quote(column.codes.expected))
            + f" where {tidy(column.name)} not in (select code from codes where column_name = {name})"
        )


def _key_faults(table: Table) -> Iterator[str]:
    """Rows that contradict each other: it cannot be told which is right, so both are put aside."""
    columns = {column.name: column for column in table.delivered}
    if table.unique_key:
        # 1 and １ are one key; what does not parse is told apart by its text
        key = [f"coalesce({_comparable(columns[name])}, {tidy(name)})" for name in table.unique_key]
        shown = " || ' · ' || ".join(f"coalesce({tidy(name)}, '')" for name in table.unique_key)
        yield (
            f"select source_line, {quote(', '.join(table.unique_key))}, {shown}, 'stands twice', 'one row a key' "
            f"from delivered qualify count(*) over (partition by {', '.join(key)}) > 1"
        )
    if rule := table.one_value:
        names = [*rule.within, *rule.address]
        address = ", ".join(tidy(name) for name in names)
        value = _comparable(columns[rule.value_column])
        yield (
            f"select source_line, {quote(rule.value_column)}, {tidy(rule.value_column)}, "
            f"'one address with two values in one table', "
            f"{quote('one value for the same ' + ', '.join(names))} from delivered "
            f"where {tidy(rule.within[-1])} is not null and {value} is not null "
            f"qualify min({value}) over (partition by {address}) <> max({value}) over (partition by {address})"
        )


def _comparable(column: Column) -> str:
    return TYPES[column.type].comparable(column.name)


def _typed_columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        expression = PARSED[column.type](column.of) if column.of else TYPES[column.type].value(column.name)
        yield f'cast({expression} as {column.data_type}) as "{column.name}"'


def check_rows(connection: duckdb.DuckDBPyConnection, text: TextFile, table: Table, file: ManifestFile) -> FileReport:
    """Split the records of a file into the temporary tables `accepted` (typed) and `quarantine`.

    Raises:
        DeliveryRefusedError: the row count or a control total is not the manifest's.

    """
    rows = len(text.records) + len(text.malformed)
    if rows != file.rows:
        raise DeliveryRefusedError(
            f"{text.path}: {rows} rows, the manifest says {file.rows}. The file was cut or changed on its way: ask the "
            "sender for the delivery again."
        )
    stage(connection, text)
    connection.execute("create or replace temp table codes (column_name varchar, code varchar)")
    members = [(c.name, code) for c in table.delivered if c.codes for code in sorted(c.codes.members())]
    names, codes = [name for name, _ in members], [code for _, code in members]
    connection.execute("insert into codes select unnest(?::varchar[]), unnest(?::varchar[])", [names, codes])
    selects = [sql for column in table.delivered for sql in _column_faults(column)] + list(_key_faults(table))
    columns = "source_line, column_name, value, reason, expected"
    union = " union all ".join(f"({select})" for select in selects)
    connection.execute(f"create or replace temp table faults as with found({columns}) as ({union}) select * from found")
    _keep_faulty_rows(connection, text, table)
    connection.execute(
        f"create or replace temp table accepted as select {', '.join(_typed_columns(table))}, "
        f"{quote(file.name)} as source_file, source_line from delivered "
        "where source_line not in (select source_line from faults) order by source_line"
    )
    totals = _compare_control_totals(connection, text, table, file)
    loaded = _count(connection, "accepted")
    quarantined = _count(connection, "(select distinct source_line from quarantine)")
    if loaded + quarantined != rows:
        raise RuntimeError(f"{text.path}: {rows} rows in, {loaded} accepted and {quarantined} in quarantine")
    return FileReport(file.name, table.name, file.sha256, text.encoding, rows, loaded, quarantined, totals)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return connection.execute(f"select count(*) from {relation}").fetchone()[0]


def _keep_faulty_rows(connection: duckdb.DuckDBPyConnection, text: TextFile, table: Table) -> None:
    """Fill `quarantine`: every fault with its row as delivered, then the records with a wrong number of fields."""
    kept = ", ".join(f'"{c.name}" := delivered."{c.name}"' for c in table.delivered if c.pii == "keep")
    connection.execute(f"create or replace temp table quarantine ({QUARANTINE_COLUMNS})")
    connection.execute(
        f"insert into quarantine select {quote(table.name)}, {quote(text.path.name)}, faults.*, "
        f"cast(to_json(struct_pack({kept})) as varchar) from faults join delivered using (source_line)"
    )
    if text.malformed:
        connection.executemany(
            "insert into quarantine values (?, ?, ?, null, ?, 'wrong number of fields', ?, ?)",
            [
                (
                    table.name,
                    text.path.name,
                    record.line,
                    str(len(record.fields)),
                    f"{len(text.columns)} fields: {', '.join(text.columns)}",
                    json.dumps(record.fields, ensure_ascii=False),
                )
                for record in text.malformed
            ],
        )


def _compare_control_totals(connection: duckdb.DuckDBPyConnection, text: TextFile, table: Table, file: ManifestFile) -> str:
    """Compare each control total with the sum over the file, quarantined rows included.

    Where a number of the column does not parse, its total cannot be compared; the report says so.
    """
    said = []
    columns = {column.name: column for column in table.delivered}
    for name, expected in file.control_totals.items():
        unread = connection.execute(
            "select count(*) from faults where column_name = ? and reason = 'does not parse'", [name]
        ).fetchone()[0]
        if unread or text.malformed:
            said.append(f"{name}: not compared, {unread + len(text.malformed)} values cannot be read")
            continue
        total = sum_of(connection, columns[name])
        if total != expected:
            raise DeliveryRefusedError(
                f"{text.path}, column {name}: the values sum to {total}, the manifest's control total is {expected}. "
                "A value was lost or changed on its way, or stands in another unit: ask the sender which is right."
            )
        said.append(f"{name}: {total}")
    return "; ".join(said)


def sum_of(connection: duckdb.DuckDBPyConnection, column: Column) -> Decimal:
    """Sum the numbers of a delivered column as they stand, whatever their units: a control total."""
    number = PARSED["parsed_number"](column.name)
    total = connection.execute(f"select coalesce(sum({number}), 0) from delivered").fetchone()[0]
    return _EXACT.add(Decimal(total).normalize(_EXACT), 0)  # 0 turns 1E+5 into 100000
