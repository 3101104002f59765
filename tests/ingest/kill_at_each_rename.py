"""Load a delivery once for each rename of the load, in a process of its own that is killed just before that rename.

    python kill_at_each_rename.py <delivery> <folder>

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


def _load_in_a_child(delivery: Path, lake: Path, kill_before: int) -> bool:
    """Load in a child process; return whether it came through. The parent never opens DuckDB: threads do not fork."""
    child = os.fork()
    if child == 0:
        try:
            _kill_before(kill_before)
            _write_batch(read_manifest(delivery), lake)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status) != 0:
        sys.exit("a load failed")
    return not os.WIFSIGNALED(status)


def main(delivery: Path, folder: Path) -> None:
    """Load until a load comes through, into new lakes and into lakes that hold the batch."""
    whole = _kill_until_whole(delivery, folder / "first", None)
    _kill_until_whole(delivery, folder / "again", whole)


def _kill_until_whole(delivery: Path, folder: Path, start: Path | None) -> Path:
    for rename in range(1, 100):
        lake = folder / str(rename)
        if start:
            shutil.copytree(start, lake)
        if _load_in_a_child(delivery, lake, rename):
            return lake
    raise AssertionError


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
