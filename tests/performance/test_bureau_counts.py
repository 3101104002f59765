"""What is made up of supervision, procurement and services: exact, the same every time, and as it is bundled."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml

from flows.demo.bureau_counts import HUNAN, value_before, write_bureau_counts
from flows.settings import PROJECT_DIR

BUREAU = PROJECT_DIR / "data" / "landing" / "bureau"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_bundled_is_what_is_made_to_the_byte(tmp_path: Path) -> None:
    folders = write_bureau_counts(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for folder in folders for path in folder.iterdir()}
    bundled = {path.relative_to(BUREAU): path.read_bytes() for folder in folders for path in (BUREAU / folder.name).iterdir()}
    assert made == bundled
    for folder in folders:
        manifest = yaml.safe_load((folder / "manifest.yml").read_text(encoding="utf-8"))
        assert manifest["synthetic"] is True
        assert manifest["note"].startswith("SYNTHETIC")


def test_months_sum_to_what_the_bureau_reports_of_the_year() -> None:
    reported = {row["kind"]: row for row in rows_of(BUREAU / "yiyang_2025_services" / "cases.csv")}
    months: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows_of(BUREAU / "yiyang_2025_services_spread" / "cases.csv"):
        for count in ("institutions", "cases", "amount"):
            if row["period"] == "2025" and row[count]:
                months[row["kind"], count] += Decimal(row[count])
    assert {kind for kind, _ in months} == set(reported)
    for (kind, count), total in months.items():
        assert total == Decimal(reported[kind][count]), (kind, count)


@pytest.mark.parametrize(("batch", "printed"), [("batch_9", "211.69"), ("batch_10", "162.92")])
def test_quantities_give_the_printed_completion_rates(batch: str, printed: str) -> None:
    rows = [row for row in rows_of(BUREAU / "yiyang_2025_services_spread" / "procurement.csv") if row["item"] == batch]
    agreed, bought = (sum(int(row[name]) for row in rows) for name in ("agreed_quantity", "purchased_quantity"))
    assert len(rows) > 1
    assert (Decimal(100 * bought) / agreed).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(printed)


def test_last_years_values_give_the_printed_growths() -> None:
    for _, measure, now, change, is_growth in HUNAN:
        if is_growth:
            value = Decimal(now)
            growth = 100 * value / value_before(value, Decimal(change)) - 100
            assert growth.quantize(Decimal(change), ROUND_HALF_UP) == Decimal(change), measure
