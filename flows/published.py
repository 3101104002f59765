"""Open the published warehouse to read it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.errors import UsageError


def open_published(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open the published warehouse, read-only.

    Raises:
        UsageError: it is not there yet.

    """
    require_published(warehouse)
    return duckdb.connect(str(warehouse), read_only=True)


def require_published(warehouse: Path) -> None:
    """Say what to do where nothing has been published yet.

    Raises:
        UsageError: the warehouse is not there.

    """
    if not warehouse.exists():
        raise UsageError(f"{warehouse} is not there: run `medfund run` first")
