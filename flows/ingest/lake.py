"""The lake: Parquet, one folder per source, table and batch, each put in place by one rename.

    lake/<source>/<table>/batch_id=<batch>/data.parquet
    lake/ingest/{files,quarantine,deliveries}/batch_id=<batch>/data.parquet

`ingest/deliveries` is renamed last. A batch without a row there was cut off: nothing downstream sees it, and
loading the delivery again replaces it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from flows.ingest.manifest import Delivery
from flows.ingest.rows import QUARANTINE_COLUMNS, FileReport
from flows.ingest.typing_sql import quote

_COMMIT = Path("ingest", "deliveries")


@dataclass(frozen=True)
class LoadedBatch:
    """A batch that is in the lake whole."""

    batch_id: str
    delivery_id: str
    revision: int
    row_count: int
    quarantined_count: int
    manifest_sha256: str
    contract_sha256: str
    loaded_at: dt.datetime


def loaded_batches(lake: Path) -> list[LoadedBatch]:
    """Return every batch that is in the lake whole, superseded ones included."""
    pattern = lake / _COMMIT / "*" / "data.parquet"
    if not any((lake / _COMMIT).glob("*/data.parquet")):
        return []
    rows = duckdb.execute(
        "select batch_id, delivery_id, revision, row_count, quarantined_count, manifest_sha256, contract_sha256, "
        f"loaded_at from read_parquet({quote(str(pattern))}, hive_partitioning=true, hive_types={{'batch_id': varchar}}) "
        "order by loaded_at, batch_id"
    ).fetchall()
    return [LoadedBatch(*row) for row in rows]


def current_batches(batches: Iterable[LoadedBatch]) -> list[LoadedBatch]:
    """Return the batch of each delivery that counts: the last one loaded of its highest revision."""
    current: dict[str, LoadedBatch] = {}
    for batch in batches:
        if batch.delivery_id not in current or batch.revision >= current[batch.delivery_id].revision:
            current[batch.delivery_id] = batch
    return list(current.values())


class BatchWriter:
    """Writes the tables of one batch aside and moves them into the lake together."""

    def __init__(self, lake: Path, batch_id: str) -> None:
        self.lake = lake
        self.batch_id = batch_id
        self._aside = lake / ".incoming" / uuid.uuid4().hex
        self._tables: list[Path] = []

    def __enter__(self) -> BatchWriter:
        self._aside.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)

    def write(self, connection: duckdb.DuckDBPyConnection, source: str, table: str, query: str) -> None:
        """Write the rows of `query` as the batch's part of a table."""
        folder = self._aside / source / table
        folder.mkdir(parents=True)
        target = quote(str(folder / "data.parquet"))
        connection.execute(f"copy ({query}) to {target} (format parquet, compression zstd)")
        self._tables.append(Path(source, table))

    def commit(self) -> None:
        """Move every table into place, each by one rename; the table that makes the batch visible goes last.

        A batch of the same name goes first, and out of sight before that: one left by a run that was killed
        before its last rename, or one read under a contract that is now in force again.
        """
        shutil.rmtree(self.lake / _COMMIT / f"batch_id={self.batch_id}", ignore_errors=True)
        for table in sorted(self._tables, key=lambda path: path == _COMMIT):
            target = self.lake / table / f"batch_id={self.batch_id}"
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                shutil.rmtree(target)
            (self._aside / table).rename(target)


def write_ingest_tables(
    connection: duckdb.DuckDBPyConnection, writer: BatchWriter, delivery: Delivery, reports: list[FileReport]
) -> None:
    """Write what the loader says of a batch: its files and, last, its row in the register of deliveries."""
    connection.execute(
        "create or replace temp table files (file varchar, table_name varchar, sha256 varchar, encoding varchar, "
        "row_count bigint, loaded_count bigint, quarantined_count bigint, control_totals varchar)"
    )
    connection.executemany("insert into files values (?, ?, ?, ?, ?, ?, ?, ?)", [astuple(r) for r in reports])
    writer.write(connection, "ingest", "files", "select * from files")
    manifest = delivery.manifest
    connection.execute(
        "create or replace temp table delivery as select cast(? as varchar) as delivery_id, cast(? as bigint) as revision, "
        "cast(? as varchar) as source, cast(? as varchar) as region, cast(? as varchar) as period, "
        "cast(? as boolean) as is_synthetic, cast(? as bigint) as row_count, cast(? as bigint) as quarantined_count, "
        "cast(? as varchar) as manifest_sha256, cast(? as varchar) as contract_sha256, "
        "cast(now() at time zone 'utc' as timestamp) as loaded_at",
        [
            manifest.delivery,
            manifest.revision,
            manifest.source,
            manifest.region,
            manifest.period,
            manifest.synthetic,
            sum(r.rows for r in reports),
            sum(r.quarantined for r in reports),
            delivery.sha256,
            delivery.contract_sha256(),
        ],
    )
    writer.write(connection, "ingest", "deliveries", "select * from delivery")


def new_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table that gathers the quarantined rows of all files of a batch."""
    connection.execute(f"create or replace temp table batch_quarantine ({QUARANTINE_COLUMNS})")
