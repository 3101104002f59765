"""Two runs at once over one lake: the lock lets one after the other, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from prefect.settings import PREFECT_API_URL

from flows.ingest.lake import loaded_batches
from flows.ingest.workspace import INCOMING, Workspace
from flows.settings import Settings
from tests.ingest.deliveries import batch_rows, small_delivery

MEDFUND = Path(sys.executable).with_name("medfund")


@pytest.mark.usefixtures("prefect")
def test_the_second_of_two_runs_waits_and_finds_nothing_new(
    landing: Path, tmp_path: Path, use_settings: Callable[..., Settings]
) -> None:
    for name in ("a", "b"):
        small_delivery(landing / name).write()
    settings = use_settings(tmp_path, landing=landing, lock_timeout_seconds=100)
    environment = os.environ | {"PREFECT_API_URL": PREFECT_API_URL.value()}
    runs = [
        subprocess.Popen([MEDFUND, "ingest"], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=110)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert sorted(text.count("loaded   ") for text in said) == [0, 2]
    assert sum("nothing new in 2 of 2 deliveries" in text for text in said) == 1
    batches = loaded_batches(settings.lake)
    assert sorted(batch.delivery_id for batch in batches) == ["a", "b"]
    assert [len(batch_rows(settings.lake, batch.batch_id, "figures")) for batch in batches] == [12, 12]


def test_loads_beside_each_other_leave_each_others_folders_alone(lake: Path) -> None:
    """Each looks for what killed loads have left, at every moment of the others."""

    def work(number: int) -> None:
        for turn in range(40):
            with Workspace(lake) as workspace:
                path = workspace.new_file(".txt")
                path.write_text(f"{number} {turn}")
                assert path.read_text() == f"{number} {turn}"

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(work, number) for number in range(4)]:
            future.result()
    assert list((lake / INCOMING).iterdir()) == []


def test_loads_beside_each_other_share_the_cores(lake: Path, tmp_path: Path, use_settings: Callable[..., Settings]) -> None:
    use_settings(tmp_path, threads=2)

    def cores(connection: duckdb.DuckDBPyConnection) -> int:
        return connection.execute("select current_setting('threads')").fetchone()[0]

    with Workspace(lake) as one, one.connect() as first:
        assert cores(first) == 2
        with Workspace(lake) as other, other.connect() as second:
            one.share_cores(first)
            assert (cores(first), cores(second)) == (1, 1)
        one.share_cores(first)
        assert cores(first) == 2
