"""The private file that a run builds: whether it can be opened."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.markup import escape

from flows.errors import BuildFailedError, LockedError
from flows.reporting import say


def begin_anew_if_damaged(build: Path) -> None:
    """Remove a build file that is no database: everything in it is made from the lake.

    Raises:
        LockedError: another program has it open.

    """
    if build.exists() and (fault := _fault_of(build)):
        say(f"[yellow]damaged[/]  {escape(str(build))} cannot be read, so everything is built anew: {escape(fault)}")
        build.unlink()
        build.with_name(f"{build.name}.wal").unlink(missing_ok=True)


def require_build(build: Path) -> None:
    """Say what to do where there is no build, or none that can be read.

    Raises:
        BuildFailedError: there is none.
        LockedError: another program has it open.

    """
    if not build.exists():
        raise BuildFailedError(f"{build} is not there: run `medfund transform` first")
    if fault := _fault_of(build):
        raise BuildFailedError(f"{build} cannot be read: {fault}. Run `medfund transform`, which builds it anew.")


def _fault_of(build: Path) -> str:
    """Return what is wrong with a database, in one line; nothing where it can be opened."""
    try:
        duckdb.connect(str(build)).close()
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        if "lock" in said.lower():
            raise LockedError(f"{build}: another program has it open; it is for medfund alone. {said}") from error
        return said
    return ""
