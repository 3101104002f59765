"""What Ctrl-C does: a run ends within seconds, whatever the libraries that it runs are waiting for."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType

from flows.errors import ExitCode
from flows.reporting import say

STOPPED = "stopped; the published warehouse is as it was"
_PATIENCE_SECONDS = 12.0


def end_soon_when_stopped() -> None:
    """Let Ctrl-C end the process by force, where it has not ended by itself after some seconds.

    A terminal stops Prefect's temporary server with the run, and a flow that wants to tell it so asks again for minutes.
    What a run leaves then is what one leaves that was killed: the next goes on from there.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else Ctrl-C is ignored, as under nohup
        signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    timer = threading.Timer(_PATIENCE_SECONDS, _end_by_force)
    timer.daemon = True
    timer.start()
    signal.default_int_handler(number, frame)


def _end_by_force() -> None:
    say(STOPPED)
    for child in _children():
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    os._exit(ExitCode.UNEXPECTED)


def _children() -> Iterator[int]:
    """Yield the processes that this one has started, where the system tells (Linux)."""
    for task in Path("/proc/self/task").glob("*/children"):
        yield from map(int, task.read_text(encoding="ascii").split())
