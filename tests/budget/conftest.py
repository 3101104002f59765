"""The SQL of the allocation, as dbt compiled it for the session's warehouse, over tables that a test may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.allocate import _INPUTS
from flows.settings import Settings

# in the order in which they read each other
MODELS = {
    "facts.dim_scenario_parameters": "facts/budget",
    "staging.int_budget__areas": "marts/budget/steps",
    "staging.int_budget__income": "marts/budget/steps",
    "staging.int_budget__terms": "marts/budget/steps",
    "staging.int_budget__payments": "marts/budget/steps",
    "staging.int_budget__receivers": "marts/budget/steps",
    "staging.int_budget__allocation": "marts/budget/steps",
    "staging.int_budget__row_faults": "marts/budget/steps",
    "staging.int_budget__sum_faults": "marts/budget/steps",
    "marts.scenario_faults": "marts/budget",
}
ALLOCATION_ONLY = tuple(MODELS)[:7]

Receiver = tuple[str, str]


class Budget:
    """The inputs of the allocation in memory, and the very SQL of the models over them."""

    def __init__(self, settings: Settings) -> None:
        """Copy the inputs and read the compiled models."""
        compiled = settings.dbt_target / "compiled" / "medfund" / "models"
        self.sql = {
            name: (compiled / folder / f"{name.split('.')[1]}.sql").read_text(encoding="utf-8")
            for name, folder in MODELS.items()
        }
        # the models name the database that they were compiled for
        self.connection = duckdb.connect()
        database = settings.build_warehouse.name.split(".")[0]
        self.connection.execute(f"attach ':memory:' as {database}")
        self.connection.execute(f"attach '{settings.warehouse}' as published (read_only)")
        self.connection.execute(f"use {database}")
        for schema in ("facts", "staging", "marts"):
            self.connection.execute(f"create schema {schema}")
        for table in _INPUTS:
            self.connection.execute(f"create table facts.{table} as from published.facts.{table}")

    def execute(self, statement: str, *values: Any) -> None:
        """Change an input."""
        self.connection.execute(statement, list(values))

    def build(self, models: tuple[str, ...] = tuple(MODELS)) -> Budget:
        """Run the models."""
        for name in models:
            self.connection.execute(f"create or replace table {name} as {self.sql[name]}")
        return self

    def query(self, statement: str, *values: Any) -> list[tuple]:
        """Return the rows of a query."""
        return self.connection.execute(statement, list(values)).fetchall()

    def allocations(self, fund: str, scenario: str = "plan", column: str = "allocation") -> dict[Receiver, Decimal]:
        """Return what each receiver gets, by area and item."""
        rows = self.query(
            f"select receiver, item, {column} from staging.int_budget__allocation where scenario = ? and fund = ?",
            scenario,
            fund,
        )
        return {(receiver, item): value for receiver, item, value in rows}


@pytest.fixture(scope="session")
def _budget(warehouse: Settings) -> Iterator[Budget]:
    budget = Budget(warehouse)
    yield budget
    budget.connection.close()


@pytest.fixture
def budget(_budget: Budget) -> Iterator[Budget]:
    """The inputs as delivered; what a test changes is undone after it."""
    _budget.connection.execute("begin")
    yield _budget
    _budget.connection.execute("rollback")


@pytest.fixture
def scenario_file(tmp_path: Path) -> Callable[[str], Path]:
    """A function that writes rows of a scenario under the usual header."""

    def write(rows: str, name: str = "what_if") -> Path:
        path = tmp_path / f"{name}.csv"
        path.write_text(f"parameter,fund,region,item,value\n{rows}", encoding="utf-8")
        return path

    return write
