"""The suites made from the extract contracts: they hold on the lake that was loaded, and notice one that was changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.contract_suites import contract_suites
from flows.contract import load_contracts
from flows.settings import Settings
from flows.validate.checkpoint import run_checkpoint
from flows.validate.gate import CheckOutcome

FIGURES = "raw.published_figures"


def test_there_is_a_suite_for_each_table_of_each_contract() -> None:
    tables = [table for tables in load_contracts().values() for table in tables.values()]
    suites = {suite["name"]: suite for suite in contract_suites()}
    assert set(suites) == {f"raw.{table.source}_{table.name}" for table in tables}
    for table in tables:
        (check,) = suites[f"raw.{table.source}_{table.name}"]["expectations"]
        assert (check["severity"], check["meta"]["rule"]) == ("critical", "rows_fit_the_contract")
        lake = [column for column in table.columns if column.pii != "drop"]
        assert check["kwargs"]["required"] == [column.name for column in lake if not column.nullable]
        assert set(check["kwargs"]["codes"]) == {column.name for column in lake if column.codes}
        assert check["kwargs"]["columns"] == [*(column.name for column in lake), "source_file", "source_line", "batch_id"]


def test_suites_hold_on_what_was_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    expected = {(suite["name"], check["meta"]["rule"]) for suite in contract_suites() for check in suite["expectations"]}
    names = [name for name, _ in expected]
    said = connection.execute(
        "select suite, rule, status from marts.run_checks where list_contains(?, suite)", [names]
    ).fetchall()
    assert {(suite, rule) for suite, rule, _ in said} == expected
    assert {status for *_, status in said} == {"passed"}


@pytest.fixture(scope="module")
def tampered(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], CheckOutcome]:
    """What the suites say after somebody has rewritten files of the lake."""
    folder = tmp_path_factory.mktemp("tampered")
    lake = folder / "lake"
    shutil.copytree(warehouse.lake, lake)

    def rewrite(table: str, select: str) -> None:
        file = min((lake / "published" / table).glob("*/data.parquet"))
        aside = file.with_suffix(".new")
        duckdb.execute(
            f"copy (select {select} from read_parquet('{file}', hive_partitioning=false)) to '{aside}' (format parquet)"
        )
        aside.replace(file)

    first = "row_number() over (order by seq) = 1"
    rewrite(
        "figures",
        f"* replace (case when {first} then 'no_such_measure' else measure end as measure, "
        f"case when {first} then null else period end as period, '件' as unit)",
    )
    rewrite("tables", "*, 'smuggled in' as more")
    database = folder / "build.duckdb"
    shutil.copyfile(warehouse.build_warehouse, database)
    with duckdb.connect(str(database)) as connection:
        for table in ("documents", "tables", "figures"):
            connection.execute(
                f"create or replace view raw.published_{table} as from read_parquet('{lake}/published/{table}/*/data.parquet', "
                "union_by_name = true, hive_partitioning = true, hive_types = {'batch_id': varchar})"
            )
    outcomes = run_checkpoint(database, contract_suites(), "tampered", Path(folder, "data_docs"))
    return {(outcome.suite, outcome.rule): outcome for outcome in outcomes}


RULE = "rows_fit_the_contract"


def _faults(outcome: CheckOutcome) -> dict[tuple[str, str], tuple[str, str | None]]:
    return {(row["a_column"], row["b_fault"]): (row["c_rows"], row["d_example"]) for row in outcome.failing_rows}


def test_unknown_codes_and_missing_values_are_found_and_named(tampered: dict[tuple[str, str], CheckOutcome]) -> None:
    outcome = tampered[FIGURES, RULE]
    assert (outcome.status, outcome.severity, outcome.who_fixes) == ("failed", "critical", "sender")
    faults = _faults(outcome)
    assert faults["measure", "unknown code"] == ("1", "no_such_measure")
    assert faults["period", "is empty"] == ("1", None)
    rows, example = faults["unit", "unknown code"]
    assert (int(rows) > 1, example) == (True, "件")
    assert len(faults) == 3


def test_column_that_the_contract_does_not_know_is_found(tampered: dict[tuple[str, str], CheckOutcome]) -> None:
    outcome = tampered["raw.published_tables", RULE]
    assert outcome.status == "failed"
    assert _faults(outcome) == {("more", "is not in the contract"): ("1", None)}


def test_nothing_else_is_said_to_be_wrong(tampered: dict[tuple[str, str], CheckOutcome]) -> None:
    wrong = {check for check, outcome in tampered.items() if outcome.status != "passed"}
    assert wrong == {(FIGURES, RULE), ("raw.published_tables", RULE)}
