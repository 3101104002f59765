"""A run checks the rows that came since the last one; `medfund validate` checks all of the lake, as a run by force does."""

from __future__ import annotations

import pytest

from flows.settings import Settings
from tests.flows.runs import FITS, SPOILED, checks_of, medfund, query, spoil


@pytest.fixture
def spoiled_lake(spare_lake: Settings) -> Settings:
    spoil(spare_lake)
    return spare_lake


def _contract_check(settings: Settings) -> str:
    (run_id,) = query(settings.build_warehouse, "select max(run_id) from marts.run_checks")[0]
    return checks_of(settings, run_id)[SPOILED, FITS][0]


def test_a_run_believes_what_was_checked_and_validate_does_not(spoiled_lake: Settings) -> None:
    ended = medfund("run")
    assert ended.code == 0, ended.said
    assert "checking it" in ended.err
    assert _contract_check(spoiled_lake) == "passed"
    ended = medfund("validate")
    assert ended.code == 6, ended.said
    assert f"{SPOILED}: {FITS} (failed, 1 rows)" in ended.err
    assert _contract_check(spoiled_lake) == "failed"
