"""Fixtures of the loader's tests: a small real delivery and an empty lake."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import contract
from tests.ingest.deliveries import SmallDelivery, small_delivery


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A landing folder."""
    return tmp_path / "landing"


@pytest.fixture
def delivery(landing: Path) -> SmallDelivery:
    """A delivery of a dozen real figures, not yet written."""
    return small_delivery(landing / "jincheng")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake that is not there yet."""
    return tmp_path / "lake"


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the project's code lists that the contracts read; `contract._read_seed.cache_clear` after a change."""
    copy = tmp_path / "seeds"
    shutil.copytree(contract.SEEDS_DIR, copy)
    monkeypatch.setattr(contract, "SEEDS_DIR", copy)
    contract._read_seed.cache_clear()
    yield copy
    contract._read_seed.cache_clear()
