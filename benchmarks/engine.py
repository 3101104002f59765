"""Run the consistency engine alone, on any figures: the compiled SQL of its models, in order, in an in-memory DuckDB.

The models are dbt's own, compiled by the last `medfund run` (or any dbt compile); nothing of them is written again here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

ENGINE = "models/marts/consistency/"
# what the engine reads, and what changes from one cube to another
CUBE_TABLES = ("fct_published_figures", "dim_documents", "dim_published_tables")


@dataclass(frozen=True)
class Step:
    """One model of the engine: where it goes and the SQL that makes it."""

    relation: str
    sql: str
    kind: str = "table"

    @property
    def create(self) -> str:
        """SQL that makes the model as dbt would."""
        return f"create or replace {self.kind} {self.relation} as {self.sql}"


def engine_steps(manifest: Path) -> list[Step]:
    """Read the compiled models of the engine out of dbt's manifest, each after those that it reads."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    waiting = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(ENGINE)
    }
    steps: list[Step] = []
    done: set[str] = set()
    while waiting:
        ready = [key for key, node in waiting.items() if not (set(node["depends_on"]["nodes"]) & set(waiting)) - done]
        for key in sorted(ready):
            node = waiting.pop(key)
            steps.append(Step(node["relation_name"], node["compiled_code"], node["config"]["materialized"]))
            done.add(key)
    return steps


def open_engine(warehouse: Path, manifest: Path, threads: int = 2) -> tuple[duckdb.DuckDBPyConnection, list[Step]]:
    """Open an in-memory database with the dimensions and seeds of a built warehouse, and the steps to run in it.

    The cube's own tables (figures, documents, printed tables) are copied too; a caller replaces their rows.
    """
    steps = engine_steps(manifest)
    database = steps[0].relation.split(".")[0].strip('"')
    # as in profiles.yml
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    connection.execute(f"attach ':memory:' as \"{database}\"")
    connection.execute(f"attach '{warehouse}' as built (read_only)")
    connection.execute(f'use "{database}"')
    for schema in ("facts", "marts", "staging"):
        connection.execute(f"create schema if not exists {schema}")
    tables = connection.execute(
        "select table_name from information_schema.tables where table_catalog = 'built' and table_schema = 'facts'"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"create table facts.{table} as from built.facts.{table} where {_is_wanted(table)}")
    # figures of our own marts are checked where the warehouse is built; here are those that the caller puts
    connection.execute("create table marts.figures as from built.marts.figures limit 0")
    connection.execute("detach built")
    return connection, steps


def _is_wanted(table: str) -> str:
    """Facts of claims are large, and nothing that the engine reads."""
    is_of_claims = table.startswith("fct_") and table != "fct_published_figures"
    return "false" if is_of_claims else "true"


def run_engine(connection: duckdb.DuckDBPyConnection, steps: list[Step]) -> None:
    """Run every step of the engine over the figures that stand in `facts.fct_published_figures`."""
    for step in steps:
        connection.execute(step.create)
