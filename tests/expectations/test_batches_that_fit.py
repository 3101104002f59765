"""A run reads the rows of batches that came since, or whose files or contract have changed; what it found before it keeps."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.contract_suites import contract_suites
from flows.settings import Settings
from flows.validate.batches_that_fit import narrowed, note_proofs, proofs_before, proofs_now
from flows.validate.checkpoint import run_checkpoint
from flows.validate.gate import CheckOutcome, Verdict

SUITE = "raw.published_figures"
SUITES = [suite for suite in contract_suites() if suite["name"] == SUITE]


@pytest.fixture
def lake(warehouse: Settings, tmp_path: Path) -> Path:
    return Path(shutil.copytree(warehouse.lake / "published", tmp_path / "lake" / "published")).parent


def batches_read(lake: Path, before: dict[str, dict[str, str]]) -> list[str] | None:
    (suite,) = narrowed(SUITES, proofs_now(lake, SUITES), before)
    return suite["expectations"][0]["kwargs"].get("batches")


def test_what_was_found_to_fit_is_not_read_again(warehouse: Settings, lake: Path) -> None:
    before = proofs_now(lake, SUITES)
    batches = sorted(before[SUITE])
    assert len(batches) > 2
    assert batches_read(lake, {}) is None
    assert batches_read(lake, before) == []
    # one that came, one that was touched
    new = lake / "published" / "figures" / f"batch_id={batches[0]}-again"
    shutil.copytree(lake / "published" / "figures" / f"batch_id={batches[0]}", new)
    (touched,) = (lake / "published" / "figures" / f"batch_id={batches[1]}").iterdir()
    os.utime(touched, ns=(1, 1))
    assert batches_read(lake, before) == sorted([f"{batches[0]}-again", batches[1]])


def test_another_contract_reads_all(lake: Path) -> None:
    before = proofs_now(lake, SUITES)
    (tightened,) = narrowed(SUITES, before, {})
    tightened["expectations"][0]["kwargs"]["required"].append("fund")
    (suite,) = narrowed([tightened], proofs_now(lake, [tightened]), before)
    assert suite["expectations"][0]["kwargs"]["batches"] == sorted(before[SUITE])


def test_what_holds_is_noted_and_what_does_not_is_forgotten(lake: Path, tmp_path: Path) -> None:
    now = proofs_now(lake, SUITES)
    file = tmp_path / "build.duckdb"
    assert proofs_before(Path(shutil.copyfile(_empty(tmp_path), file))) == {}
    for status, expected in [("passed", now), ("failed", {})]:
        outcome = CheckOutcome(SUITE, "rows_fit_the_contract", "critical", status, "sender", "")
        with duckdb.connect(str(file)) as connection:
            note_proofs(connection, now, Verdict((outcome,)))
        assert proofs_before(file) == expected


def _empty(folder: Path) -> Path:
    duckdb.connect(str(folder / "empty.duckdb")).close()
    return folder / "empty.duckdb"


def test_a_fault_is_found_in_a_batch_that_is_read_and_not_in_others(warehouse: Settings, tmp_path: Path) -> None:
    """The rows of the published figures are held against a contract that requires a column which some batches leave empty."""
    query = "select batch_id, count(*) - count(fund) from raw.published_figures group by batch_id order by batch_id"
    with duckdb.connect(str(warehouse.build_warehouse), read_only=True) as connection:
        empty = dict(connection.execute(query).fetchall())
    with_fault = next(batch for batch, count in empty.items() if count)
    (suite,) = narrowed(SUITES, {}, {})
    kwargs = suite["expectations"][0]["kwargs"]
    kwargs["required"] = ["fund"]
    for batches, rows in [(None, sum(empty.values())), ([with_fault], empty[with_fault]), ([], 0)]:
        kwargs["batches"] = batches
        (outcome,) = run_checkpoint(warehouse.build_warehouse, [suite], "test", tmp_path / "docs")
        assert outcome.status == ("failed" if rows else "passed")
        assert [row["c_rows"] for row in outcome.failing_rows] == ([str(rows)] if rows else [])


def test_a_run_notes_what_it_has_found(warehouse: Settings) -> None:
    """The build of the session was made by a run, and its lake has not changed since."""
    noted = proofs_before(warehouse.build_warehouse)
    now = proofs_now(warehouse.lake, contract_suites())
    assert noted == {suite: batches for suite, batches in now.items() if batches}
    assert noted[SUITE]
