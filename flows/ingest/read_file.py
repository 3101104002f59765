"""Open a delivered file of any format: unpacked, in UTF-8, its header read; then put its records into `delivered`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.contract import Table
from flows.ingest.csv_file import CsvFile, open_csv, stage_csv
from flows.ingest.encodings import looks_like_utf8, to_utf8
from flows.ingest.json_file import stage_json
from flows.ingest.parquet_file import ParquetFile, open_parquet, stage_parquet
from flows.ingest.staging import ReadFile
from flows.ingest.unpack import Format, unpack
from flows.ingest.workspace import Workspace
from flows.ingest.xlsx_file import stage_xlsx


@dataclass
class DeliveredFile:
    """A file of a delivery, unpacked once, however often it is read."""

    original: Path
    table: Table
    path: Path
    format: Format
    is_utf8: bool = False
    encoding: str = ""

    def in_utf8(self, workspace: Workspace) -> None:
        """Put a text file into UTF-8 if it is in another encoding; the whole file is looked at, once.

        Raises:
            DeliveryRefusedError: the encoding is none that is read.

        """
        if not self.is_utf8:
            self.path, self.encoding = to_utf8(self.path, self.original, workspace)
            self.is_utf8 = True


def open_file(original: Path, table: Table, workspace: Workspace) -> DeliveredFile:
    """Unpack a delivered file.

    Raises:
        DeliveryRefusedError: the archive is damaged, or the format is unknown.

    """
    path, format = unpack(original, workspace)
    return DeliveredFile(original, table, path, format)


def open_columns(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, workspace: Workspace
) -> CsvFile | ParquetFile | None:
    """Read the header of a file that DuckDB can read by itself, for the fast path; None for the other formats.

    The beginning of a CSV file tells its encoding here; DuckDB stumbles where the rest is not UTF-8.

    Raises:
        DeliveryRefusedError: the file has no header, or it is not the contract's.

    """
    if file.format == "parquet":
        return open_parquet(connection, file.original, file.path, file.table)
    if file.format != "csv":
        return None
    if not file.is_utf8 and not looks_like_utf8(file.path):
        file.in_utf8(workspace)
    return open_csv(file.original, file.path, file.encoding or "utf-8", file.table)


def stage_file(connection: duckdb.DuckDBPyConnection, file: DeliveredFile, workspace: Workspace, file_no: int) -> ReadFile:
    """Put the records of a file into `delivered`.

    Raises:
        DeliveryRefusedError: the file as a whole cannot be read (empty, encoding, header, an open quote, …).

    """
    if file.format == "parquet":
        return stage_parquet(connection, open_parquet(connection, file.original, file.path, file.table), file.table, file_no)
    if file.format == "xlsx":
        return stage_xlsx(connection, file.original, file.path, file.table, workspace, file_no)
    file.in_utf8(workspace)
    if file.format == "json":
        return stage_json(connection, file.original, file.path, file.encoding, file.table, workspace, file_no)
    source = open_csv(file.original, file.path, file.encoding, file.table)
    return stage_csv(connection, source, file.table, workspace, file_no)
