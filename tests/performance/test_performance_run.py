"""A plan whose weights do not sum to 100 comes with a changed budget: nothing is published, and the build shows why."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flows.errors import ExitCode
from flows.ingest.write_manifest import write_manifest
from flows.settings import PROJECT_DIR, Settings
from tests.flows.runs import Ended, medfund, sha256

DELIVERY = PROJECT_DIR / "data" / "landing" / "bureau" / "yiyang_2025_department"


def amend(path: Path, key: str, of: str, **cells: str) -> None:
    """Change cells of the one row whose `key` is `of`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    (row,) = [row for row in rows if row[key] == of]
    row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def folder(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the session's lake and warehouse, and a landing folder with a second revision of the department's delivery."""
    folder = tmp_path_factory.mktemp("department")
    shutil.copytree(warehouse.lake, folder / "lake")
    shutil.copytree(warehouse.warehouse.parent, folder / "warehouse")
    revised = Path(shutil.copytree(DELIVERY, folder / "landing" / DELIVERY.name))
    amend(revised / "performance_plan.csv", "indicator", "dept_execution", weight="9")
    amend(revised / "performance_actuals.csv", "indicator", "prem_satisfaction_service_staff", actual_value="89.99")
    amend(revised / "budget.csv", "entry_id", "2025-021", amount="40400.00", reason="")
    write_manifest(revised, source="department", region="yiyang", period="2025", revision=2)
    return folder


def test_a_plan_that_does_not_sum_to_100_stops_the_publish(folder: Path, use_settings: Callable[..., Settings]) -> None:
    settings = use_settings(folder, landing=folder / "landing")
    before = sha256(settings.warehouse)
    ended: Ended = medfund("run")
    assert ended.code == ExitCode.CHECKS_FAILED
    assert "weights_sum_to_100" in ended.said
    assert "adjustments_say_why" in ended.said
    assert sha256(settings.warehouse) == before
    with duckdb.connect(str(settings.build_warehouse), read_only=True) as connection:
        failing = connection.execute("select row_text from marts.run_failing_rows where rule = 'weights_sum_to_100'").fetchall()
        cards = dict(connection.execute("select item, score from marts.scorecard").fetchall())
        budget = dict(
            connection.execute(
                "select item, outlay from marts.department_budget where version = 'full_year_budget' and period = '2025'"
            ).fetchall()
        )
    ((row,),) = failing
    assert "yiyang_department" in row
    assert "99.00" in row
    assert "performance_plan.csv" in row
    # one yuan more in a change moves the budgets above it, and the score by the execution rate
    assert (budget["all"], budget["basic_outlay"]) == (Decimal("20937100.00"), Decimal("13730100.00"))
    assert abs(cards["dept_execution"] - 9 * Decimal("19972100") / Decimal("20937100")) < Decimal("0.0000001")
    # 89.99 is short of 90: no points, and the total loses as many
    assert (cards["prem_satisfaction_service_staff"], cards["prem_total"]) == (0, 90)
    assert cards["cap_total"].quantize(Decimal("0.01")) == Decimal("99.23")
