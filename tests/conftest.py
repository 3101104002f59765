"""Fixtures that tests share: Prefect's own test harness, and one warehouse built from the bundled deliveries per session."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

from flows.settings import PROJECT_DIR, Settings, collect_seldom, get_settings, quiet_environment, short_lived_server

# Before Prefect is imported: it reads its settings then, and no test may touch the project's own Prefect home.
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="medfund-prefect-")
atexit.register(shutil.rmtree, os.environ["PREFECT_HOME"], ignore_errors=True)
quiet_environment()
collect_seldom()

# One copy for all processes of a session, made before any warehouse: a later one would look like deliveries just come.
LANDING = "TESTS_LANDING"
if LANDING not in os.environ:
    os.environ[LANDING] = tempfile.mkdtemp(prefix="medfund-landing-")
    atexit.register(shutil.rmtree, os.environ[LANDING], ignore_errors=True)
    without_demo = shutil.ignore_patterns("demo", ".demo.partial")
    shutil.copytree(PROJECT_DIR / "data" / "landing", os.environ[LANDING], ignore=without_demo, dirs_exist_ok=True)

# tests of one folder that share a build, so that one process makes it; first what takes longest
TOGETHER = ("operations", "county", "flows", "facts", "project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first."""
    items.sort(key=lambda item: (*TOGETHER, item.path.parent.name).index(item.path.parent.name))


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Keep together, where tests run in several processes, those that share what is built for them.

    The marks that pytest-xdist 3.8 has for this are lost on pytest 9: it changes a name that pytest no longer reads.
    """
    config.option.loadscopereorder = False

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = PurePosixPath(nodeid.split("::")[0])
            return path.parent.name if path.parent.name in TOGETHER else str(path)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def project_dir() -> Path:
    """The root of the project."""
    return PROJECT_DIR


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A real, temporary Prefect server for every flow and task of the session."""
    from prefect.testing.utilities import prefect_test_harness

    with short_lived_server(), prefect_test_harness(server_startup_timeout=120):
        yield


def bundled_landing() -> Path:
    """Return a landing folder with the deliveries that come with the project, without the demo county that `make run` makes."""
    return Path(os.environ[LANDING])


def environment_of(folder: Path, **variables: object) -> dict[str, str]:
    """Return the `MEDFUND_*` variables of a run that writes into `folder` only; `variables` are fields of Settings."""
    fields: dict[str, object] = {
        "landing": bundled_landing(),
        "lake": folder / "lake",
        "warehouse": folder / "warehouse" / "medfund.duckdb",
        "build_warehouse": folder / "warehouse" / "medfund.build.duckdb",
        "data_docs": folder / "warehouse" / "data_docs",
        "state": folder / "warehouse" / "state",
        "threads": 2,
        "lock_timeout_seconds": 5,
    }
    return {f"MEDFUND_{name.upper()}": str(value) for name, value in (fields | variables).items()}


@pytest.fixture
def use_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """A function that points this test at a folder, `use_settings(folder, threads=1)`, and returns the settings."""

    def use(folder: Path, **variables: object) -> Settings:
        for name, value in environment_of(folder, **variables).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        return get_settings()

    yield use
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this session that all of its processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def warehouse(prefect: None, shared_folder: Path) -> Settings:
    """The settings of a complete run of the pipeline over the bundled deliveries, once a session. Change nothing in it.

    The environment is as before when it returns; a test that runs flows on these files calls `use_settings`.
    """
    from flows.pipeline.flow import run_pipeline

    folder = shared_folder / "medfund"
    is_built = folder / "is_built"
    with pytest.MonkeyPatch.context() as patch, FileLock(shared_folder / "medfund.lock"):
        for name, value in environment_of(folder).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        if not is_built.exists():
            run_pipeline()
            is_built.touch()
    get_settings.cache_clear()
    return settings


@pytest.fixture(scope="session")
def connection(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published warehouse of the session."""
    with duckdb.connect(str(warehouse.warehouse), read_only=True) as opened:
        yield opened
