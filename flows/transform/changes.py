"""What of the warehouse has to be built: what is made from tables of the lake whose batches have changed since the last build.

The build file itself says what it was made from, in the table `staging.built_from`. It says so only after a build that came to
its end: behind one that failed or was killed, everything is built.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from flows.ingest.lake import batches_by_table
from flows.transform.fingerprint import project_fingerprint

BUILT_FROM = "staging.built_from"
_PROJECT = "project"
# A waiver runs out by the calendar. What the loader says of itself is shown; all else looks only its own batches up in it.
_ALWAYS = ("source:ingest.waivers+", "path:models/staging/ingest")


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
    if not warehouse.exists():
        return {}
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return dict(connection.execute(f"select input, fingerprint from {BUILT_FROM}").fetchall())
    except duckdb.CatalogException:
        return {}


def selection(before: dict[str, str], now: dict[str, str]) -> list[str] | None:
    """Return what dbt is to build, as its selectors; None for everything."""
    if before.get(_PROJECT) != now[_PROJECT]:
        return None
    changed = sorted(table for table in before | now if before.get(table) != now.get(table))
    return [*(f"source:{table}+" for table in changed), *_ALWAYS]


def note_inputs(warehouse: Path, inputs: dict[str, str]) -> None:
    """Write down what the build file is made from; nothing, before a build begins. dbt makes the file, if it is not there."""
    if not (inputs or warehouse.exists()):
        return
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists staging")
        connection.execute(f"create or replace table {BUILT_FROM} (input varchar, fingerprint varchar)")
        if inputs:
            connection.executemany(f"insert into {BUILT_FROM} values (?, ?)", list(inputs.items()))
