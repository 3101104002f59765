"""Tables that runs append to: what each did, one run after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import duckdb


def new_run_id() -> str:
    """Name a run by its start, UTC; names sort by time."""
    return dt.datetime.now(tz=dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def now_utc() -> dt.datetime:
    """Return the time as history tables have it: UTC, without saying so."""
    return dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)


def append_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, str],
    comment: str,
    run_id: str,
    rows: Iterable[Sequence[object]],
    run_at: dt.datetime | None = None,
) -> None:
    """Append rows to a history table, made at first use; its first two columns are the run and the time, UTC.

    The rows of an earlier attempt of the same run are replaced. The time is now, unless `run_at` says another.
    """
    schema = table.split(".")[0]
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(f"create table if not exists {table} ({listed})")
    connection.execute(f"comment on table {table} is '{comment}'")
    connection.execute(f"delete from {table} where run_id = ?", [run_id])
    run_at = run_at or now_utc()
    values = [(run_id, run_at, *row) for row in rows]
    if values:
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"insert into {table} values ({marks})", values)
