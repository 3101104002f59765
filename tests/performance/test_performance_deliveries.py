"""A plan, a budget or a count that names what nobody knows: its row is put aside, and told where and what is expected."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from flows.ingest.write_manifest import write_manifest
from flows.settings import PROJECT_DIR
from tests.ingest.deliveries import load

BUREAU = PROJECT_DIR / "data" / "landing" / "bureau"
UNKNOWN = [
    (
        "yiyang_2025_department",
        "department",
        "performance_plan",
        "indicator",
        "dept_output_quality_procurment",
        "dim_indicators.csv",
    ),
    ("yiyang_2025_department", "department", "performance_plan", "scoring_rule", "by_feeling", "scoring_rules.csv"),
    ("yiyang_2025_department", "department", "performance_plan", "target_bound", "about", "target_bounds.csv"),
    ("yiyang_2025_department", "department", "budget", "item", "banquets", "items.csv"),
    ("yiyang_2025_department", "department", "budget", "version", "wished", "initial_budget, adjustment, actual"),
    ("yiyang_2025_services", "supervision", "cases", "kind", "warned", "supervision_kinds.csv"),
    ("yiyang_2025_services", "supervision", "service_counts", "measure", "recovered_funds_change_growth", "measures.csv"),
    ("hunan_city_2025h1_services", "supervision", "procurement", "item", "batch_99", "items.csv"),
]


def changed(folder: Path, source: str, table: str, column: str, value: str, tmp_path: Path) -> Path:
    """Copy a delivery and change one cell of its second row; its sender vouches for it."""
    copy = Path(shutil.copytree(folder, tmp_path / "landing" / folder.name))
    path = copy / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    rows[1][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_manifest(copy, source=source, region="yiyang", period="2025")
    return copy


@pytest.mark.parametrize(
    ("folder", "source", "table", "column", "value", "expected"), UNKNOWN, ids=lambda value: str(value)[:24]
)
def test_a_code_that_nobody_knows_is_put_aside_and_told(
    folder: str, source: str, table: str, column: str, value: str, expected: str, tmp_path: Path
) -> None:
    loaded = load(changed(BUREAU / folder, source, table, column, value, tmp_path), tmp_path / "lake")
    (fault,) = loaded.quarantine
    assert (fault["file"], fault["source_line"], fault["column_name"]) == (f"{table}.csv", 3, column)
    assert (fault["value"], fault["reason"]) == (value, "unknown code")
    assert expected in fault["expected"]
    assert 3 not in [row["source_line"] for row in loaded.rows(table, source)]


def test_every_bundled_delivery_of_a_bureau_loads_whole(tmp_path: Path) -> None:
    for folder in sorted(path.parent for path in BUREAU.glob("*/manifest.yml")):
        assert load(folder, tmp_path / "lake").quarantine == [], folder.name
