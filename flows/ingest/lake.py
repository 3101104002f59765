"""The lake: Parquet, one folder per source, table and batch, each put in place by one rename.

    lake/<source>/<table>/batch_id=<batch>/data.parquet      and data_2.parquet, … where several files feed a table
    lake/ingest/{files,quarantine,deliveries}/batch_id=<batch>/data.parquet

`ingest/deliveries` is renamed last. A batch without a row there was cut off: nothing downstream sees it, and
loading the delivery again replaces it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from flows.ingest.manifest import Delivery
from flows.ingest.rows import PARQUET, FileReport
from flows.ingest.typing_sql import quote
from flows.ingest.workspace import Workspace

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
    token_key: str | None = None
    """Fingerprint of the key that its tokens were made with; None where it has none."""


def loaded_batches(lake: Path) -> list[LoadedBatch]:
    """Return every batch that is in the lake whole, superseded ones included."""
    pattern = lake / _COMMIT / "*" / "data.parquet"
    if not any((lake / _COMMIT).glob("*/data.parquet")):
        return []
    options = "union_by_name=true, hive_partitioning=true, hive_types={'batch_id': varchar}"
    source = f"read_parquet({quote(str(pattern))}, {options})"
    # several loads look at the lake at once, and Python's default connection is one
    with duckdb.connect() as connection:
        # a lake of an earlier version has no fingerprints
        token_key = "token_key" if "token_key" in connection.sql(f"from {source} limit 0").columns else "null"
        rows = connection.execute(
            "select batch_id, delivery_id, revision, row_count, quarantined_count, manifest_sha256, contract_sha256, "
            f"loaded_at, {token_key} from {source} order by loaded_at, batch_id"
        ).fetchall()
    return [LoadedBatch(*row) for row in rows]


def next_moment(batches: Iterable[LoadedBatch]) -> dt.datetime:
    """Return when a batch is loaded that is loaded now: later than every other, also where the clock was set back."""
    now = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)
    return max([now, *(batch.loaded_at + dt.timedelta(microseconds=1) for batch in batches)])


def current_batches(batches: Iterable[LoadedBatch]) -> list[LoadedBatch]:
    """Return the batch of each delivery that counts: the last one loaded of its highest revision."""
    current: dict[str, LoadedBatch] = {}
    for batch in batches:
        if batch.delivery_id not in current or batch.revision >= current[batch.delivery_id].revision:
            current[batch.delivery_id] = batch
    return list(current.values())


def batches_by_table(lake: Path) -> dict[str, list[LoadedBatch]]:
    """Return the batches that count of each delivered table, which is named <source>.<table>."""
    current = {f"batch_id={batch.batch_id}": batch for batch in current_batches(loaded_batches(lake))}
    tables: dict[str, list[LoadedBatch]] = {}
    for folder in sorted(lake.glob("*/*/batch_id=*")):
        source, table, batch = folder.relative_to(lake).parts
        if source != _COMMIT.parts[0] and batch in current:
            tables.setdefault(f"{source}.{table}", []).append(current[batch])
    return tables


class BatchWriter:
    """Writes the tables of one batch aside, in the workspace, and moves them into the lake together."""

    def __init__(self, lake: Path, batch_id: str, workspace: Workspace) -> None:
        self.lake = lake
        self.batch_id = batch_id
        self._aside = workspace.folder / "batch"
        self._tables: list[Path] = []

    def part(self, source: str, table: str, number: int = 1) -> Path:
        """Return where the batch's part of a table is to be written, as Parquet."""
        folder = self._aside / source / table
        if not folder.exists():
            folder.mkdir(parents=True)
            self._tables.append(Path(source, table))
        return folder / ("data.parquet" if number == 1 else f"data_{number}.parquet")

    def write(self, connection: duckdb.DuckDBPyConnection, source: str, table: str, query: str) -> None:
        """Write the rows of `query` as the batch's part of a table."""
        connection.execute(f"copy ({query}) to {quote(str(self.part(source, table)))} ({PARQUET})")

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
    connection: duckdb.DuckDBPyConnection,
    writer: BatchWriter,
    delivery: Delivery,
    reports: list[FileReport],
    token_key: str | None,
    loaded_at: dt.datetime,
) -> None:
    """Write what the loader says of a batch: its files and, last, its row in the register of deliveries."""
    connection.execute(
        "create or replace temp table files (file varchar, table_name varchar, sha256 varchar, encoding varchar, "
        "row_count bigint, loaded_count bigint, quarantined_count bigint, control_totals varchar, "
        "unknown_columns varchar, missing_columns varchar)"
    )
    connection.executemany("insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [astuple(r) for r in reports])
    writer.write(connection, "ingest", "files", "select * from files")
    manifest = delivery.manifest
    connection.execute(
        "create or replace temp table delivery as select cast(? as varchar) as delivery_id, cast(? as bigint) as revision, "
        "cast(? as varchar) as source, cast(? as varchar) as region, cast(? as varchar) as period, "
        "cast(? as boolean) as is_synthetic, cast(? as bigint) as row_count, cast(? as bigint) as quarantined_count, "
        "cast(? as varchar) as manifest_sha256, cast(? as varchar) as contract_sha256, "
        "cast(? as timestamp) as loaded_at, cast(? as varchar) as token_key",
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
            loaded_at,
            token_key,
        ],
    )
    writer.write(connection, "ingest", "deliveries", "select * from delivery")
