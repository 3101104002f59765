"""Publish: copy the build beside the published warehouse and rename it into place."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import duckdb
from prefect import flow, task

from flows.errors import BuildFailedError
from flows.reporting import say
from flows.settings import get_settings


@task(name="swap warehouse")
def swap(build: Path, warehouse: Path) -> None:
    """Copy `build` aside and rename it over `warehouse`; a reader has the old file or the new one, never a part.

    Raises:
        BuildFailedError: there is no build.

    """
    if not build.exists():
        raise BuildFailedError(f"{build} is not there: run `medfund transform` first")
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")  # nothing may be left in the write-ahead log beside the file
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    aside = warehouse.with_name(f".{warehouse.name}.new")
    shutil.copyfile(build, aside)
    with aside.open("rb") as copied:
        os.fsync(copied.fileno())
    aside.replace(warehouse)


@flow(name="publish", flow_run_name="publish {run_id}")
def publish(run_id: str) -> float:
    """Publish the build as `MEDFUND_WAREHOUSE`; returns the seconds it took."""
    settings = get_settings()
    started = time.perf_counter()
    swap(settings.build_warehouse, settings.warehouse)
    say(f"published {settings.warehouse}")
    return time.perf_counter() - started
