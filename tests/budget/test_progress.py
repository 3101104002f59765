"""Warnings and clearing on the bundled months, recomputed from the delivered rows; what a run prints and leaves in Prefect."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from contextlib import redirect_stdout
from decimal import ROUND_HALF_UP, Decimal

import pytest
from prefect import flow

from flows.budget_flags import as_markdown, counted, read_flags, report_flags, worst
from flows.pipeline.flow import RunSummary
from flows.pipeline.policy import last_run
from flows.settings import PROJECT_DIR, Settings
from flows.summary import print_summary

BUREAU = PROJECT_DIR / "data" / "landing" / "bureau"


def delivered(table: str) -> list[dict[str, str]]:
    """Return the rows of a table from every bundled delivery of the budget."""
    rows = []
    for path in sorted(BUREAU.glob(f"jincheng_2026_*/{table}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


def test_progress_of_an_item_is_that_of_the_delivered_months(connection):
    paid: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    visits: dict[tuple[str, int], int] = defaultdict(int)
    for row in delivered("budget_execution"):
        if (row["insutype"], row["item"]) == ("390", "chronic"):
            year, month, _ = row["month"].split("-")
            paid[year, int(month)] += Decimal(row["hifp_pay"])
            visits[year, int(month)] += int(row["visits"])
    rows = connection.execute(
        "select cast(substr(period, 6) as integer), budget_amount, executed_to_date, expected_to_date, visits_to_date, "
        "earlier_visits_to_date, progress_pct from marts.budget_progress "
        "where budget_level = 'city' and fund = 'resident' and item = 'chronic' order by 1"
    ).fetchall()
    assert [month for month, *_ in rows] == list(range(1, 10))
    year = sum(paid["2025", month] for month in range(1, 13))
    for month, budget, executed, expected, seen, seen_before, progress in rows:
        until = range(1, month + 1)
        assert budget == 150_000_000
        assert executed == sum(paid["2026", m] for m in until)
        share = sum(paid["2025", m] for m in until) / year
        assert expected == (budget * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert (seen, seen_before) == tuple(sum(visits[y, m] for m in until) for y in ("2026", "2025"))
        assert progress == (100 * executed / expected).quantize(Decimal("1e-8"), ROUND_HALF_UP)


def test_an_item_without_seasons_is_expected_in_twelfths(connection):
    rows = connection.execute(
        "select distinct expected_shape, expected_to_date * 12 / 9 = budget_amount from marts.budget_progress "
        "where budget_level = 'city' and item = 'special_drug' and period = '2026M09'"
    ).fetchall()
    assert rows == [("straight_line", True)]


@pytest.mark.parametrize(
    ("region", "fund", "item", "institution", "warning"),
    [
        ("gaoping", "resident", "chronic", "all", "far_over_progress"),
        ("jincheng_chengqu", "employee", "outpatient", "all", "over_progress"),
        ("lingchuan", "employee", "maternity_allowance", "all", "under_progress"),
        ("yangcheng", "resident", "local_inpatient", "H14052200002", "under_progress"),
        ("lingchuan", "resident", "local_inpatient", "H14052400001", "cost_growth"),
    ],
)
def test_what_is_unusual_in_the_synthetic_months_is_flagged_with_its_reason(
    connection, region, fund, item, institution, warning
):
    flag, reason, threshold = connection.execute(
        "select flag, flag_reason_zh, flag_threshold from marts.budget_progress "
        "where period = '2026M09' and region = ? and fund = ? and item = ? and institution_code = ?",
        [region, fund, item, institution],
    ).fetchone()
    assert flag == warning
    assert f"阈值 {threshold}%" in reason


def test_a_terminated_hospital_has_no_budget_and_no_warning(connection):
    query = "select count(*) from {} where institution_code in ('H14058110006', 'H14052210005') and period like '2026%'"
    assert connection.execute(query.format("marts.budget_flags")).fetchone() == (0,)
    budgets = "select count(budget_amount) from marts.budget_progress where institution_code = 'H14058110006'"
    assert connection.execute(budgets).fetchone() == (0,)


def test_clearing_covers_what_the_plan_lets_it_cover(connection):
    budget = {(r["insutype"], r["item"]): Decimal(r["amount"]) for r in delivered("budget_items") if r["year"] == "2025"}
    executed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in delivered("budget_execution"):
        if row["month"].startswith("2025"):
            executed[row["insutype"], row["item"]] += Decimal(row["hifp_pay"])
    rigid = {"local_inpatient", "general_outpatient", "family_doctor", "outpatient"}
    for fund, insutype in (("resident", "390"), ("employee", "310")):
        over = {i: executed[f, i] - planned for (f, i), planned in budget.items() if f == insutype and i != "income"}
        left = sum(-o for i, o in over.items() if i not in rigid and o < 0)
        missing = sum(o for i, o in over.items() if i in rigid and o > 0)
        found = {
            item: (reserve, elastic, not_cleared)
            for item, reserve, elastic, not_cleared in connection.execute(
                "select item, from_reserve_amount, from_elastic_amount, not_cleared_amount from marts.budget_clearing "
                "where fund = ?",
                [fund],
            ).fetchall()
        }
        assert set(found) == set(over)
        assert {i: r for i, (r, _, _) in found.items()} == {i: max(o, 0) if i not in rigid else 0 for i, o in over.items()}
        assert sum(elastic for _, elastic, _ in found.values()) == min(left, missing)
        assert sum(n for _, _, n in found.values()) == max(missing - left, 0)
        assert missing > 0 < left


def test_a_run_prints_the_worst_warnings_and_how_many_there_are(warehouse: Settings, connection):
    flags = read_flags(warehouse.warehouse)
    (count,) = connection.execute("select count(*) from marts.budget_flags where is_latest").fetchone()
    assert len(flags) == count > 5
    assert flags[0]["severity"] == "alarm"
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_summary(RunSummary("run", 0, {"loaded": 1}, 0, budget_flags=flags), 0.0)
    text = printed.getvalue()
    assert f"budget warnings: {counted(flags)}" in text
    assert f"{count - 5} more: marts.budget_flags" in text
    for flag in worst(flags):
        assert flag["reason_zh"] in text


def test_a_run_keeps_its_warnings_for_the_next_that_has_nothing_to_do(warehouse: Settings):
    assert last_run(warehouse)["budget_flags"] == read_flags(warehouse.warehouse)


def test_every_warning_is_left_as_an_artifact(warehouse: Settings, prefect: None):
    from prefect.artifacts import Artifact

    flags = read_flags(warehouse.warehouse)

    @flow
    def leave() -> None:
        report_flags(flags)

    leave()
    artifact = Artifact.get("budget-warnings")
    assert artifact.data == as_markdown(flags)
    assert artifact.data.count("\n| alarm ") + artifact.data.count("\n| watch ") == len(flags)
    assert counted([]) == "none"
