"""One small county for all tests of the demo, and a connection to what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.demo.generate import Summary, generate
from flows.demo.measure import conform
from flows.demo.row_rules import make_views
from flows.demo.written import read_back

SMALL = 0.02


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return generate(tmp_path_factory.mktemp("demo") / "county", scale=SMALL, charge_lines=0.1)


@pytest.fixture(scope="session")
def county(small: Summary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the delivered tables as they were read back."""
    path = tmp_path_factory.mktemp("read") / "county.duckdb"
    with duckdb.connect(path) as connection:
        read_back(connection, small.out)
        conform(connection)
        make_views(connection)
    return path


@pytest.fixture
def read(county: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(county, read_only=True) as connection:
        yield connection
