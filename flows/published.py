"""Open the published warehouse to read it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.errors import UsageError


def open_published(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open the published warehouse, read-only.

    Raises:
        UsageError: it is not there yet, is damaged, or another program writes to it.

    """
    require_published(warehouse)
    try:
        return duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error as error:
        raise UsageError(
            f"{warehouse} cannot be opened: {str(error).splitlines()[0]}. Where it is damaged, `medfund run` publishes it anew."
        ) from error


def require_published(warehouse: Path) -> None:
    """Say what to do where nothing has been published yet.

    Raises:
        UsageError: the warehouse is not there.

    """
    if not warehouse.exists():
        raise UsageError(f"{warehouse} is not there: run `medfund run` first")
