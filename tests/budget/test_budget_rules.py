"""The checks of the total budget hold on the warehouse, and notice what is spoiled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import duckdb
import pytest

from expectations import budget_rules as rules
from flows.settings import Settings

# the rule, its table, and what spoils it: what is set where in that table, or a statement on another
SPOILED = [
    (
        "ExpectScenariosToMakeSense",
        "marts.scenario_faults",
        "insert into marts.scenario_faults (scenario, value) values ('plan', '-5')",
    ),
    (
        "ExpectAllocationsToSumToTheirPool",
        "marts.scenario_allocations",
        "allocation = allocation + 10000 where region = 'zezhou'",
    ),
    (
        "ExpectAllocationsToSumToTheirPool",
        "marts.scenario_allocations",
        "allocation = allocation + case region when 'zezhou' then 1 else -1 end where region in ('zezhou', 'gaoping')",
    ),
    (
        "ExpectAllocationsToSumToTheirPool",
        "marts.scenario_allocations",
        "delete from marts.scenario_allocations where fund = 'employee'",
    ),
    (
        "ExpectPlanToAgreeWithItsScenario",
        "facts.fct_budget_items",
        "amount = amount + 0.01 where budget_year = '2026' and item = 'remote'",
    ),
    ("ExpectPlanToAgreeWithItsScenario", "facts.fct_budget_items", "delete from facts.fct_budget_items where item = 'chronic'"),
    ("ExpectBudgetToBalance", "marts.total_budget", "risk_reserve = risk_reserve - 0.01 where item = 'all'"),
    ("ExpectBudgetToBalance", "marts.total_budget", "allocation = allocation - 1 where period = '2026' and item = 'chronic'"),
    ("ExpectBudgetToBalance", "marts.total_budget", "income = null where period = '2025'"),
    ("ExpectClearingToBalance", "marts.budget_clearing", "cleared_amount = cleared_amount + 0.01 where item = 'remote'"),
    ("ExpectClearingToBalance", "marts.budget_clearing", "given_amount = given_amount + 0.01 where item = 'remote'"),
    (
        "ExpectClearingToBalance",
        "marts.budget_clearing",
        "from_reserve_amount = reserve_amount + 1 where item = 'special_drug'",
    ),
    (
        "ExpectExecutionToAddUp",
        "marts.budget_progress",
        "executed_amount = executed_amount + 0.01 where period = '2026M02' and budget_level = 'city'",
    ),
    (
        "ExpectExecutionToAddUp",
        "marts.budget_progress",
        "executed_to_date = executed_to_date + 0.01, executed_amount = executed_amount + 0.01 "
        "where period = '2026M09' and budget_level = 'area'",
    ),
    (
        "ExpectExecutionToAddUp",
        "marts.budget_progress",
        "budget_amount = budget_amount + 0.01 where budget_level = 'institution'",
    ),
    (
        "ExpectExecutionToMatchPayments",
        "facts.fct_budget_execution",
        "amount = amount + 0.01 where institution_code = 'H14059900001' and month_number = 3 and budget_year = '2025'",
    ),
    (
        "ExpectHospitalsToBeListed",
        "facts.fct_hospital_payments",
        "delete from facts.dim_budget_institutions where institution_code = 'H14059900001'",
    ),
    (
        "ExpectHospitalsToBeListed",
        "facts.fct_hospital_payments",
        "update facts.fct_budget_execution set region = 'zezhou' where institution_code = 'H14059900001'",
    ),
]


@pytest.fixture(scope="module")
def spoiled(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the session's warehouse that may be written to."""
    path = tmp_path_factory.mktemp("spoiled") / "medfund.duckdb"
    shutil.copyfile(warehouse.warehouse, path)
    with duckdb.connect(str(path)) as connection:
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, rule: type, table: str) -> list[tuple]:
    return connection.execute(rule.build_query({}).replace("{batch}", table)).fetchall()


@pytest.mark.parametrize(("name", "table", "change"), SPOILED)
def test_a_rule_holds_and_notices_what_is_spoiled(spoiled: duckdb.DuckDBPyConnection, name: str, table: str, change: str):
    rule = getattr(rules, name)
    statement = change if change.split()[0] in ("insert", "update", "delete") else f"update {table} set {change}"
    assert spoiled.execute(f"select count(*) > 0 from {table}").fetchone()[0] or table == "marts.scenario_faults"
    assert broken(spoiled, rule, table) == []
    spoiled.execute("begin")
    try:
        spoiled.execute(statement)
        assert broken(spoiled, rule, table) != []
    finally:
        spoiled.execute("rollback")


def test_every_rule_of_the_budget_ran_as_critical_and_passed(connection):
    ran = connection.execute(
        "select rule, severity, status from marts.run_checks "
        "where suite in ('marts.scenario_faults', 'marts.scenario_allocations', "
        "'facts.fct_budget_items', 'marts.total_budget', 'marts.budget_clearing', 'marts.budget_progress', "
        "'facts.fct_budget_execution', 'facts.fct_hospital_payments')"
    ).fetchall()
    assert len(ran) == 8
    assert {(severity, status) for _, severity, status in ran} == {("critical", "passed")}
