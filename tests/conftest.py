"""Fixtures that tests share: Prefect's own test harness, and one warehouse built from the bundled deliveries per session."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import PROJECT_DIR, quiet_environment

# Before Prefect is imported: it reads its settings then, and no test may touch the project's own Prefect home.
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="medfund-prefect-")
quiet_environment()


@pytest.fixture(scope="session")
def project_dir() -> Path:
    """The root of the project."""
    return PROJECT_DIR


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A real, temporary Prefect server for every flow and task of the session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
