"""Where a load works: a private folder beside the lake, and a DuckDB connection whose memory is bounded.

What is unpacked or put into UTF-8 here may hold names. The folder can be read by its owner alone and goes when the load
ends; one that a killed run left goes at the start of the next load.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from flows.settings import get_settings

INCOMING = ".incoming"
_LOCK = ".lock"
# One load at a time moves in, looks around, or moves out: between its folder and its lock it would look like nobody's. Loads of
# other processes wait for the lock of the run.
_GATE = threading.Lock()


def loads_at_once() -> int:
    """How many deliveries are loaded beside each other: one hashes and counts on one core, whatever it reads on."""
    return min(2, get_settings().threads)


# It would take the closer look at a value out of the branch that needs it, and give it to every row.
_TOO_EAGER = "common_subexpressions"


@contextmanager
def every_optimizer(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB use, for a block, also what `Workspace.connect` turns off: for a query without closer looks."""
    connection.execute("set disabled_optimizers = ''")
    try:
        yield
    finally:
        connection.execute(f"set disabled_optimizers = '{_TOO_EAGER}'")


class Workspace:
    """A private folder under the lake, on the same disk, so that what is made there gets into place by a rename."""

    _at_work = 0
    """How many are open in this process."""

    def __init__(self, lake: Path) -> None:
        self.folder = lake / INCOMING / uuid.uuid4().hex
        self._files = 0
        self._lock = FileLock(self.folder / _LOCK)

    def __enter__(self) -> Workspace:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with _GATE:
            for left in self.folder.parent.iterdir():
                _remove_if_nobodys(left)
            self.folder.mkdir(mode=0o700)
            self._lock.acquire()
            Workspace._at_work += 1
        return self

    def __exit__(self, *_: object) -> None:
        with _GATE:
            Workspace._at_work -= 1
            shutil.rmtree(self.folder, ignore_errors=True)
            self._lock.release()

    def new_file(self, suffix: str) -> Path:
        """Return a path that nothing stands at yet."""
        self._files += 1
        return self.folder / f"{self._files}{suffix}"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a database in memory that spills into the folder instead of growing past `memory_limit`."""
        config = {
            "threads": _cores_of_one(),
            "memory_limit": f"{get_settings().memory_limit_bytes // loads_at_once()}B",
            "temp_directory": str(self.folder / "spill"),
            "disabled_optimizers": _TOO_EAGER,
        }
        return duckdb.connect(config=config)

    def share_cores(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give a connection the cores that the loads beside this one leave it, as many as there are now.

        Two loads of one core each are done in seven eighths of the time that they take on two cores each.
        """
        connection.execute(f"set threads = {_cores_of_one()}")


def _cores_of_one() -> int:
    return max(1, get_settings().threads // max(1, Workspace._at_work))


def _remove_if_nobodys(folder: Path) -> None:
    """Remove what a killed load left; the lock of one at work cannot be had."""
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        if folder.is_dir():
            lock.acquire()
    except Timeout:
        return
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
