"""With PREFECT_API_URL a run reports to a standing server instead of one of its own; either keeps what the run did."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment_of
from tests.flows.runs import INSTALLED, PUBLISHED, in_other_process

START_WITHIN_SECONDS = 60


def _ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a Prefect server in a process and a home of its own, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-services"]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_UI_ENABLED": "false"}
    with (
        (tmp_path / "server.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            deadline = time.monotonic() + START_WITHIN_SECONDS
            while True:
                try:
                    _ask(f"{url}/health")
                    break
                except (urllib.error.URLError, OSError):
                    said = (tmp_path / "server.log").read_text(encoding="utf-8", errors="replace")
                    assert process.poll() is None, said
                    assert time.monotonic() < deadline, said
                    time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def test_run_shows_up_on_the_standing_server(server: str, tmp_path: Path) -> None:
    variables = environment_of(tmp_path, landing=PUBLISHED)
    ended = in_other_process(str(INSTALLED), "ingest", **variables, PREFECT_API_URL=server)
    assert ended.code == 0, ended.said
    flows = _ask(f"{server}/flows/filter", {})
    assert [flow["name"] for flow in flows] == ["ingest"]
    (run,) = _ask(f"{server}/flow_runs/filter", {})
    assert (run["name"], run["state_type"]) == (f"ingest {PUBLISHED}", "COMPLETED")


def test_own_server_has_written_down_every_task_when_the_run_has_ended(tmp_path: Path) -> None:
    variables = environment_of(tmp_path, landing=PUBLISHED) | {"PREFECT_HOME": str(tmp_path / "prefect")}
    ended = in_other_process("env", "-u", "PREFECT_API_URL", str(INSTALLED), "ingest", **variables)
    assert ended.code == 0, ended.said
    assert "ERROR" not in ended.said
    with closing(sqlite3.connect(tmp_path / "prefect" / "prefect.db")) as database:
        tasks = database.execute("select name, state_type from task_run order by name").fetchall()
    assert tasks == [(f"load {folder.name}", "COMPLETED") for folder in sorted(PUBLISHED.iterdir()) if folder.is_dir()]
