"""Read a delivered Parquet file: its columns as text, so that the same rules hold as for any other format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.contract import Column, Table
from flows.errors import DeliveryRefusedError
from flows.ingest.header import Header, read_header
from flows.ingest.staging import ReadFile
from flows.ingest.typing_sql import quote


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file whose schema was read: for each heading its name in the file and its type."""

    original: Path
    path: Path
    header: Header
    names: dict[str, str]
    types: dict[str, str]
    rows: int


def open_parquet(connection: duckdb.DuckDBPyConnection, original: Path, path: Path, table: Table) -> ParquetFile:
    """Read the schema of a Parquet file.

    Raises:
        DeliveryRefusedError: it is no Parquet file, or its columns are not the contract's.

    """
    try:
        schema = connection.execute(f"describe select * from {_scan(path)}").fetchall()
        rows = connection.execute(f"select count(*) from {_scan(path)}").fetchone()[0]
    except duckdb.Error as error:
        raise DeliveryRefusedError(
            f"{original}: not readable as Parquet: {' '.join(str(error).replace(str(path), original.name).split())[:200]}.  "
            "It was cut off or damaged on its way: ask the sender for it again."
        ) from error
    given = [(row[0], row[1]) for row in schema if row[0] != "file_row_number"]
    header = read_header(original, [name for name, _ in given], table)
    columns = [(name, *pair) for name, pair in zip(header.columns, given, strict=True) if name is not None]
    for name, own, kind in columns:
        if kind == "FLOAT" and table.column(name).type == "decimal":
            raise DeliveryRefusedError(
                f"{original}, column {own}: stored as FLOAT, which keeps seven digits of an amount; expected a DECIMAL. "
                "Ask the sender for it again."
            )
    return ParquetFile(
        original, path, header, {name: own for name, own, _ in columns}, {name: kind for name, _, kind in columns}, rows
    )


def _scan(path: Path) -> str:
    return f"read_parquet({quote(str(path))}, file_row_number=true, hive_partitioning=false)"


def text_of(file: ParquetFile, column: Column) -> str:
    """SQL of a column as text, null where the file has none.

    An id that was stored as a number with decimals (pandas does so where one is missing) is the whole number that it was.
    """
    if column.name not in file.names:
        return "null"
    own = '"' + file.names[column.name].replace('"', '""') + '"'
    kind = file.types[column.name]
    if kind == "BLOB":  # a text that was not marked as one
        return f"decode({own})"
    if column.type == "text" and kind.startswith(("FLOAT", "DOUBLE", "DECIMAL")):
        whole = f"cast(cast({own} as decimal(38, 0)) as varchar)"
        return f"case when {own} = trunc({own}) and abs({own}) < 1e15 then {whole} else cast({own} as varchar) end"
    return f"cast({own} as varchar)"


def stage_parquet(connection: duckdb.DuckDBPyConnection, file: ParquetFile, table: Table, file_no: int) -> ReadFile:
    """Put the rows of a Parquet file into `delivered`; the line is the number of the row.

    Raises:
        DeliveryRefusedError: a page of the file cannot be read.

    """
    values = ", ".join(text_of(file, column) for column in table.kept)
    try:
        connection.execute(f"insert into delivered select {file_no}, file_row_number + 1, {values} from {_scan(file.path)}")
    except duckdb.Error as error:
        raise DeliveryRefusedError(
            f"{file.original}: a part of the Parquet file cannot be read. It was damaged on its way: ask the sender for it "
            "again."
        ) from error
    return ReadFile(file.header, "parquet", file.rows)
