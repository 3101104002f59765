"""Load a delivery once for each rename of a load, in a process of its own, killed just before that rename.

    python kill_at_each_rename.py <delivery> <folder> <renames>

The lake of the n-th load is <folder>/first/<n>; the last one is the load that nobody killed. The lakes under
<folder>/again held the batch before, and it was written over, as when an earlier contract is in force again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from flows.ingest.manifest import read_manifest
from flows.ingest.tasks import _write_batch


def _kill_before(rename: int) -> None:
    seen = 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if event == "os.rename":
            seen += 1
            if seen == rename:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _load_in_a_child(delivery: Path, lake: Path, kill_before: int) -> int:
    """Start a load in a child process. The parent never opens DuckDB, whose threads do not survive a fork."""
    child = os.fork()
    if child == 0:
        try:
            _kill_before(kill_before)
            _write_batch(read_manifest(delivery), lake)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def main(delivery: Path, folder: Path, renames: int) -> None:
    """Load into new lakes, then into lakes that hold the batch; one load alone is not killed."""
    first = {number: folder / "first" / str(number) for number in range(1, renames + 2)}
    _load_all(delivery, first, whole=renames + 1)
    again = {number: folder / "again" / str(number) for number in (1, renames)}
    for lake in again.values():
        shutil.copytree(first[renames + 1], lake)
    _load_all(delivery, again)


def _load_all(delivery: Path, lakes: dict[int, Path], whole: int | None = None) -> None:
    children = {number: _load_in_a_child(delivery, lake, number) for number, lake in lakes.items()}
    for number, child in children.items():
        _, status = os.waitpid(child, 0)
        ended, expected = os.waitstatus_to_exitcode(status), 0 if number == whole else -signal.SIGKILL
        if ended != expected:
            sys.exit(f"the load to be killed before rename {number} ended with {ended}, expected {expected}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
