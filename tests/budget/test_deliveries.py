"""The bundled deliveries of the budget: synthetic ones are made anew to the byte, and bad rows are told where they stand."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from flows.demo.hospital_payments import hospitals, write_deliveries
from flows.ingest.write_manifest import write_manifest
from flows.settings import PROJECT_DIR
from tests.ingest.deliveries import load

BUREAU = PROJECT_DIR / "data" / "landing" / "bureau"


def test_the_synthetic_deliveries_are_made_anew_to_the_byte(tmp_path: Path):
    made = write_deliveries(tmp_path)
    assert len(made) == 3
    for folder in made:
        names = sorted(path.name for path in folder.iterdir())
        assert names == sorted(path.name for path in (BUREAU / folder.name).iterdir())
        for name in names:
            assert (folder / name).read_bytes() == (BUREAU / folder.name / name).read_bytes(), f"{folder.name}/{name}"


def test_what_is_made_up_says_so_and_what_is_real_does_not_say_it():
    synthetic = {
        path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))["synthetic"]
        for path in BUREAU.glob("jincheng_2026_*/manifest.yml")
    }
    assert synthetic == {
        "jincheng_2026_budget_plan": False,
        "jincheng_2026_budget_of_2025": True,
        "jincheng_2026_hospital_payments": True,
        "jincheng_2026_budget_execution": True,
    }


def test_there_are_29_hospitals_paid_by_drg_and_some_were_terminated():
    everyone = hospitals()
    assert sum(h.is_drg for h in everyone) == 29
    assert len({h.code for h in everyone}) == len(everyone)
    assert {h.terminated for h in everyone} == {"", "2024", "2025"}


# table, line, column, value: what the quarantine must name
BAD = [
    ("jincheng_2026_hospital_payments", "budget_institutions", "settle_admdvs", "140598"),
    ("jincheng_2026_hospital_payments", "budget_institutions", "drg_flag", "2"),
    ("jincheng_2026_hospital_payments", "hospital_payments", "insutype", "510"),
    ("jincheng_2026_hospital_payments", "hospital_payments", "hifp_pay", "12.3万"),
    ("jincheng_2026_budget_execution", "budget_execution", "settle_admdvs", "999999"),
    ("jincheng_2026_budget_execution", "budget_execution", "item", "magic"),
    ("jincheng_2026_budget_execution", "budget_execution", "month", "2026-13-01"),
    ("jincheng_2026_budget_plan", "budget_items", "item", "drg"),
]


@pytest.mark.parametrize(("delivery", "table", "column", "value"), BAD)
def test_a_bad_value_is_put_aside_with_file_line_column_value_and_what_was_expected(
    tmp_path: Path, delivery: str, table: str, column: str, value: str
):
    folder = tmp_path / "landing" / delivery
    shutil.copytree(BUREAU / delivery, folder)
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    rows[4][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    if column == "hifp_pay":  # whoever vouches for a file is told at once
        manifest = yaml.safe_load((folder / "manifest.yml").read_text(encoding="utf-8"))
        for described in manifest["files"]:
            if described["table"] == table:
                described |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "control_totals": {}}
        (folder / "manifest.yml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    else:
        write_manifest(folder, source="bureau", region="jincheng", period="2026")
    (fault,) = load(folder, tmp_path / "lake").quarantine
    assert (fault["file"], fault["source_line"], fault["column_name"], fault["value"]) == (f"{table}.csv", 6, column, value), (
        fault
    )
    assert fault["expected"]
