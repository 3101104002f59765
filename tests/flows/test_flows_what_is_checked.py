"""A run checks the rows that came since the last one; `medfund validate` and `medfund run --force` check all of the lake."""

from __future__ import annotations

import duckdb
import pytest

from expectations.contract_suites import contract_suites
from flows.settings import Settings
from flows.validate.batches_that_fit import note_proofs, proofs_now
from flows.validate.gate import CheckOutcome, Verdict
from tests.flows.runs import checks_of, medfund, query

SUITE, RULE = "raw.published_tables", "rows_fit_the_contract"


@pytest.fixture
def spoiled_lake(spare_lake: Settings) -> Settings:
    """A lake in which a batch lacks a title that its contract requires, and a build that says the batch has been checked."""
    batch = sorted((spare_lake.lake / "published" / "tables").iterdir())[0]
    (file,) = batch.iterdir()
    whole = file.with_suffix(".whole")
    file.rename(whole)
    spoiled = f"select * replace (case when table_id <> 'T01' then title end as title) from read_parquet('{whole}')"
    duckdb.execute(f"copy ({spoiled}) to '{file}' (format parquet)")
    whole.unlink()
    passed = [CheckOutcome(suite["name"], RULE, "critical", "passed", "sender", "") for suite in contract_suites()]
    with duckdb.connect(str(spare_lake.build_warehouse)) as connection:
        note_proofs(connection, proofs_now(spare_lake.lake, contract_suites()), Verdict(tuple(passed)))
    return spare_lake


def _contract_check(settings: Settings) -> str:
    (run_id,) = query(settings.build_warehouse, "select max(run_id) from marts.run_checks")[0]
    return checks_of(settings, run_id)[SUITE, RULE][0]


def test_a_run_believes_what_was_checked_and_validate_and_force_do_not(spoiled_lake: Settings) -> None:
    ended = medfund("run")
    assert ended.code == 0, ended.said
    assert "checking it" in ended.err
    assert _contract_check(spoiled_lake) == "passed"
    for command in (["validate"], ["run", "--force"]):
        ended = medfund(*command)
        assert ended.code == 6, ended.said
        assert f"{SUITE}: {RULE} (failed, 1 rows)" in ended.err
        assert _contract_check(spoiled_lake) == "failed"
