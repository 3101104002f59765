"""Copies of the session's warehouse that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.settings import Settings


@pytest.fixture
def spare(warehouse: Settings, use_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Settings of a copy of the session's build and published warehouse; the lake is the session's own, to be read only."""
    settings = use_settings(tmp_path, lake=warehouse.lake, lock_timeout_seconds=0.2)
    settings.warehouse.parent.mkdir(parents=True)
    shutil.copyfile(warehouse.build_warehouse, settings.build_warehouse)
    shutil.copyfile(warehouse.warehouse, settings.warehouse)
    return settings


@pytest.fixture
def spare_lake(warehouse: Settings, spare: Settings, use_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Like `spare`, with a copy of the lake; the raw views look at it once dbt has run."""
    shutil.copytree(warehouse.lake, tmp_path / "lake")
    return use_settings(tmp_path)
