"""What of the warehouse has to be built: what is made from tables of the lake whose batches have changed since the last build.

The build file itself says what it was made from, in the table `staging.built_from`. It says so only after a build that came to
its end: behind one that failed or was killed, everything is built. Facts that grow by months then keep the months that stand,
unless they were made by other code, or from a batch that was loaded anew since.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from flows.ingest.lake import batches_by_table, loaded_batches
from flows.transform.fingerprint import facts_fingerprint, project_fingerprint

BUILT_FROM = "staging.built_from"
LOADS = "staging.loads_seen"
_PROJECT = "project"
# A waiver runs out by the calendar. What the loader says of itself is shown; all else looks only its own batches up in it.
_ALWAYS = ("source:ingest.waivers+", "path:models/staging/ingest")


def build_options(warehouse: Path, lake: Path) -> tuple[str, ...]:
    """Return the options of a `dbt build` after which the build file is what a build of everything makes; none: everything."""
    if loaded_anew(_table(warehouse, f"select batch_id, loaded_at from {LOADS}"), loads_now(lake)):
        return ("--full-refresh",)
    made_by = _table(warehouse, "select code_fingerprint, true from staging.code_of_months")
    # dbt drops what other code has made of months, all of it: so all of it has to be built
    if set(made_by) != {facts_fingerprint(lake)}:
        return ()
    selected = selection(inputs_of(warehouse), inputs_now(lake))
    return ("--select", *selected) if selected else ()


def inputs_now(lake: Path) -> dict[str, str]:
    """Return what a build of now is made from: the project, and each table of the lake, as <source>.<table>, by its batches."""
    tables = {}
    for table, batches in batches_by_table(lake).items():
        # a lake that was emptied and loaded anew has batches of the same names
        words = " ".join(f"{batch.batch_id} {batch.loaded_at:%Y%m%d%H%M%S%f}" for batch in batches)
        tables[table] = hashlib.sha256(words.encode()).hexdigest()[:16]
    return {_PROJECT: project_fingerprint(), **tables}


def inputs_of(warehouse: Path) -> dict[str, str]:
    """Return what the build file was made from; nothing where there is none, or its last build did not come to its end."""
    return _table(warehouse, f"select input, fingerprint from {BUILT_FROM}")


def loads_now(lake: Path) -> dict[str, str]:
    """Return the batches of the lake, with the moment at which each was loaded."""
    return {batch.batch_id: batch.loaded_at.isoformat() for batch in loaded_batches(lake)}


def loaded_anew(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the batches that were loaded again since a build saw them: facts know a batch by its name alone."""
    return sorted(batch for batch in before.keys() & now.keys() if before[batch] != now[batch])


def selection(before: dict[str, str], now: dict[str, str]) -> list[str] | None:
    """Return what dbt is to build, as its selectors; None for everything."""
    if before.get(_PROJECT) != now[_PROJECT]:
        return None
    changed = sorted(table for table in before | now if before.get(table) != now.get(table))
    return [*(f"source:{table}+" for table in changed), *_ALWAYS]


def note_begin(warehouse: Path, lake: Path) -> None:
    """Note in the build file that a build begins: what it is made from is not known until its end. dbt makes the file.

    Batches that it has not seen are noted at once, because facts may take them in before the build fails.
    """
    if warehouse.exists():
        seen = _table(warehouse, f"select batch_id, loaded_at from {LOADS}")
        _write(warehouse, BUILT_FROM, "input varchar, fingerprint varchar", {})
        _write(warehouse, LOADS, "batch_id varchar, loaded_at varchar", loads_now(lake) | seen)


def note_end(warehouse: Path, lake: Path, made_from: dict[str, str]) -> None:
    """Note in the build file what it is made from, after a build that came to its end.

    Args:
        warehouse: the build file.
        lake: the lake.
        made_from: `inputs_now` before the build; what was changed during it is built by the next.

    """
    _write(warehouse, LOADS, "batch_id varchar, loaded_at varchar", loads_now(lake))
    _write(warehouse, BUILT_FROM, "input varchar, fingerprint varchar", made_from)


def _table(warehouse: Path, query: str) -> dict[str, str]:
    """Return the rows of a query for two columns; nothing where the table is not there."""
    if not warehouse.exists():
        return {}
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return dict(connection.execute(query).fetchall())
    except duckdb.CatalogException:
        return {}


def _write(warehouse: Path, table: str, columns: str, rows: dict[str, str]) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists staging")
        connection.execute(f"create or replace table {table} ({columns})")
        if rows:
            connection.executemany(f"insert into {table} values (?, ?)", list(rows.items()))
