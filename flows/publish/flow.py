"""Publish: copy the build beside the published warehouse and rename it into place."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from prefect import flow, task

from flows.reporting import say
from flows.settings import Settings, get_settings
from flows.transform.build_file import require_build

_AT_ONCE = 1 << 30


def aside_of(warehouse: Path) -> Path:
    """Return where the next published warehouse is made: beside the present one, so that a rename puts it in place."""
    return warehouse.with_name(f".{warehouse.name}.new")


@task(name="settle build")
def settle(build: Path) -> None:
    """Bring into the build what stands in the write-ahead log beside it: a copy of the file alone lacks that.

    Raises:
        BuildFailedError: there is no build.

    """
    require_build(build)
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")


@task(name="copy build")
def copy_aside(build: Path, warehouse: Path) -> Path:
    """Copy `build` beside `warehouse`; nobody may write to it meanwhile."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    aside = aside_of(warehouse)
    if not _copied_by_the_system(build, aside):
        shutil.copyfile(build, aside)
    return aside


def _copied_by_the_system(build: Path, aside: Path) -> bool:
    """Copy in the kernel, and say whether it could; XFS and Btrfs share the blocks, so it takes no time and no room.

    `shutil` reads and writes them all.
    """
    try:
        with build.open("rb") as source, aside.open("wb") as target:
            while os.copy_file_range(source.fileno(), target.fileno(), _AT_ONCE):
                pass
    except (AttributeError, OSError):  # no Linux; two file systems
        return False
    return aside.stat().st_size == build.stat().st_size


@task(name="swap warehouse")
def swap(warehouse: Path) -> None:
    """Rename the copy over `warehouse`; a reader has the old file or the new one, never a part."""
    aside = aside_of(warehouse)
    with aside.open("rb") as copied:
        os.fsync(copied.fileno())
    aside.replace(warehouse)


@contextmanager
def copied_meanwhile(settings: Settings) -> Iterator[Callable[[], Path]]:
    """Copy the build while a block of a flow reads it; gives a function that waits for the copy, and returns it.

    A block that ends otherwise than well leaves no copy.
    """
    settle(settings.build_warehouse)
    copying = copy_aside.submit(settings.build_warehouse, settings.warehouse)
    try:
        yield copying.result
    except BaseException:
        copying.wait()
        aside_of(settings.warehouse).unlink(missing_ok=True)
        raise


@flow(name="publish", flow_run_name="publish {run_id}")
def publish(run_id: str, is_copied: bool = False) -> float:
    """Publish the build as `MEDFUND_WAREHOUSE`; returns the seconds it took.

    Args:
        run_id: the run.
        is_copied: the copy of the build that is to be published stands beside `MEDFUND_WAREHOUSE` already.

    """
    settings = get_settings()
    started = time.perf_counter()
    if not is_copied:
        settle(settings.build_warehouse)
        copy_aside(settings.build_warehouse, settings.warehouse)
    swap(settings.warehouse)
    say(f"published {settings.warehouse}")
    return time.perf_counter() - started
