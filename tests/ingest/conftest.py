"""Fixtures of the loader's tests: a small real delivery and an empty lake."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import contract
from tests.ingest.claims import ClaimsDelivery
from tests.ingest.deliveries import SmallDelivery, small_delivery


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Return a landing folder that is not there yet."""
    return tmp_path / "landing"


@pytest.fixture
def delivery(landing: Path) -> SmallDelivery:
    """Return a delivery of a dozen real figures, not yet written."""
    return small_delivery(landing / "jincheng")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Return a lake that is not there yet."""
    return tmp_path / "lake"


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a copy of the code lists that the contracts read; after a change clear `_read_seed`'s cache."""
    copy = tmp_path / "seeds"
    shutil.copytree(contract.SEEDS_DIR, copy)
    monkeypatch.setattr(contract, "SEEDS_DIR", copy)
    contract._read_seed.cache_clear()
    yield copy
    contract._read_seed.cache_clear()


TOKEN_KEY = "a key for tests, of no other use"


@pytest.fixture
def claims(landing: Path, monkeypatch: pytest.MonkeyPatch) -> ClaimsDelivery:
    """Return a delivery of twelve settlements, not yet written, and a token key."""
    monkeypatch.setenv("MEDFUND_TOKEN_KEY", TOKEN_KEY)
    return ClaimsDelivery(landing / "shandan_settlements_202506")
