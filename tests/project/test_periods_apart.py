"""The data test on periods finds what a join by day would find twice, or never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

PERIODS = """
    select * from (values
        ('apart', date '2024-01-01', date '2024-06-30'),
        ('apart', date '2024-07-01', date '9999-12-31'),
        ('of a day', date '2024-01-01', date '2024-01-01'),
        ('twice on a day', date '2024-01-01', date '2024-06-30'),
        ('twice on a day', date '2024-06-30', date '9999-12-31'),
        ('inside another', date '2024-01-01', date '9999-12-31'),
        ('inside another', date '2024-03-01', date '2024-03-31'),
        ('on no day', date '2024-02-01', date '2024-01-31')
    ) as periods (code, valid_from, valid_to)
"""


def test_periods_that_overlap_or_hold_on_no_day_are_found(
    dbt: Callable[..., list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDFUND_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("MEDFUND_BUILD_WAREHOUSE", str(tmp_path / "project.duckdb"))
    (result,) = dbt(tmp_path, "compile", "--inline", "{{ test_periods_apart('periods', ['code']) }}")
    query = f"with periods as ({PERIODS}) select code from ({result.node.compiled_code}) order by code"
    assert duckdb.execute(query).fetchall() == [("inside another",), ("on no day",), ("twice on a day",)]
