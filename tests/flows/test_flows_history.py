"""History tables: each run adds its rows, and a second attempt of a run replaces those of the first."""

from __future__ import annotations

import datetime as dt
import time

import duckdb

from flows.history import append_rows, new_run_id

COLUMNS = {"run_id": "varchar", "run_at": "timestamp", "name": "varchar", "amount": "decimal(18,2)"}
ROWS = "select run_id, name, amount from marts.run_things order by all"


def _append(connection: duckdb.DuckDBPyConnection, run_id: str, *rows: tuple[object, ...]) -> None:
    append_rows(connection, "marts.run_things", COLUMNS, "things (东西)", run_id, rows)


def test_each_run_adds_its_rows() -> None:
    with duckdb.connect() as connection:
        _append(connection, "r1", ("a", "1.10"), ("b", None))
        _append(connection, "r2", ("a", "2.20"))
        shown = [
            (run, name, None if amount is None else str(amount)) for run, name, amount in connection.execute(ROWS).fetchall()
        ]
    assert shown == [("r1", "a", "1.10"), ("r1", "b", None), ("r2", "a", "2.20")]


def test_second_attempt_of_a_run_replaces_the_first_and_nothing_else() -> None:
    with duckdb.connect() as connection:
        _append(connection, "r1", ("a", 1), ("b", 2))
        _append(connection, "r2", ("c", 3))
        _append(connection, "r1", ("d", 4))
        assert [row[:2] for row in connection.execute(ROWS).fetchall()] == [("r1", "d"), ("r2", "c")]
        _append(connection, "r2")
        assert [row[:2] for row in connection.execute(ROWS).fetchall()] == [("r1", "d")]


def test_table_is_made_with_its_comment_though_there_are_no_rows_and_its_time_is_utc() -> None:
    with duckdb.connect() as connection:
        _append(connection, "r1")
        comment = connection.execute("select comment from duckdb_tables() where table_name = 'run_things'").fetchone()
        assert comment == ("things (东西)",)
        _append(connection, "r1", ("a", 1))
        (run_at,) = connection.execute("select run_at from marts.run_things").fetchone()
    assert abs(dt.datetime.now(tz=dt.UTC).replace(tzinfo=None) - run_at) < dt.timedelta(minutes=1)


def test_run_ids_sort_by_time() -> None:
    first = new_run_id()
    time.sleep(0.001)
    assert first < new_run_id()
