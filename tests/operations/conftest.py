"""The county of the report in few rows, built once; fixtures of claims_build for small lakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cells_lake import put_county
from claims_build import ClaimsBuild, manifest, new_warehouse

from flows.demo.fit import fit
from flows.settings import Settings

__all__ = ["county", "manifest", "new_warehouse", "unpublished"]

NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def unpublished(new_warehouse: Callable[[str], ClaimsBuild], tmp_path_factory: pytest.TempPathFactory) -> ClaimsBuild:
    """The marts of the county, in a lake without any published document."""
    build = new_warehouse("county")
    put_county(build.lake, fit(), tmp_path_factory.mktemp("ledger"))
    build.dbt("build", "--select", "+figures", *NO_TESTS)
    return build


@pytest.fixture(scope="session")
def county(unpublished: ClaimsBuild, warehouse: Settings, new_warehouse: Callable[[str], ClaimsBuild]) -> ClaimsBuild:
    """The same lake with the published documents, and the reconciliation."""
    build = new_warehouse("published")
    shutil.copytree(unpublished.lake.folder, build.lake.folder, dirs_exist_ok=True)
    for folder in (Path("published"), Path("ingest") / "deliveries"):
        shutil.copytree(warehouse.lake / folder, build.lake.folder / folder, dirs_exist_ok=True)
    build.database.write_bytes(unpublished.database.read_bytes())
    build.dbt("build", "--select", "+reconciliation", "structural_shifts", *NO_TESTS)
    return build
