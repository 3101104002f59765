"""The table `delivered`: the records of one table's files as the text that they hold, each with its file and line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.header import Header
from flows.ingest.typing_sql import quote
from flows.ingest.workspace import Workspace

_LONGEST_RECORD = 16_000_000


@dataclass(frozen=True)
class Malformed:
    """A record that is none: its line, what was found, what is wrong with it, and its text where no person can stand in it.

    `column` names the columns that are to blame, where it is not the record as a whole.
    """

    line: int
    value: str
    reason: str
    expected: str
    text: str | None
    column: str | None = None


@dataclass
class ReadFile:
    """What was read of a delivered file."""

    header: Header
    encoding: str
    staged: int = 0
    malformed: list[Malformed] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Records of the file, malformed ones included."""
        return self.staged + len(self.malformed)


def new_delivered(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make the table `delivered`, empty. Columns that are to be dropped have no place in it."""
    columns = ", ".join(f'"{column.name}" varchar' for column in table.kept)
    connection.execute(f"create or replace temp table delivered (file_no integer, source_line bigint, {columns})")


class Stager:
    """Puts the records of one file into `delivered`, by way of a file, whatever their number."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, workspace: Workspace, original: Path, table: Table, file_no: int
    ) -> None:
        self.connection, self.original, self.table, self.file_no = connection, original, table, file_no
        self.path = workspace.new_file(".staged")
        self.rows = 0

    def __enter__(self) -> Stager:
        self._file = self.path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        # DuckDB finds out from the first line how lines end, which a field of a record may contradict
        self._writer.writerow(["source_line", *(column.name for column in self.table.kept)])
        return self

    def add(self, line: int, values: Sequence[str]) -> None:
        """Add a record: the values of the kept columns in the contract's order."""
        self._writer.writerow([line, *values])
        self.rows += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if kind is None and self.rows:
            types = ", ".join(f"{quote(column.name)}: 'varchar'" for column in self.table.kept)
            query = (
                f"insert into delivered select {self.file_no}, * from read_csv({quote(str(self.path))}, header=true, "
                f"delim=',', quote='\"', escape='\"', auto_detect=false, strict_mode=true, max_line_size={_LONGEST_RECORD}, "
                f"columns={{'source_line': 'bigint', {types}}})"
            )
            try:
                self.connection.execute(query)
            except duckdb.InvalidInputException:
                # DuckDB's message holds the record
                raise DeliveryRefusedError(
                    f"{self.original}: a record of more than {_LONGEST_RECORD:,} bytes, expected a row of {self.table.name}. "
                    "Something else stands in the file: ask the sender for it again."
                ) from None
        self.path.unlink()
