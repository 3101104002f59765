"""What has landed since the last run is seen by its manifest, however old the file says it is."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from flows.ingest.manifest import MANIFEST_NAME
from flows.pipeline.policy import has_landed_since, last_run_path, write_last_run
from flows.settings import Settings
from tests.flows.runs import PUBLISHED

DELIVERY = PUBLISHED / "jincheng_2026_total_budget"


def test_what_lands_after_a_run_has_landed_since(use_settings: Callable[..., Settings], tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    settings = use_settings(tmp_path, landing=landing)
    shutil.copytree(DELIVERY, landing / "before")
    assert has_landed_since(settings)
    write_last_run(settings, {})
    assert not has_landed_since(settings)
    shutil.rmtree(landing / "before")
    second_ago = time.time() - 1  # a file system's clock ticks some hundred times a second
    os.utime(last_run_path(settings), (second_ago, second_ago))
    # with its old time, as `cp -p` and `mv` leave it
    shutil.copytree(DELIVERY, landing / "after")
    os.utime(landing / "after" / MANIFEST_NAME, (0, 0))
    assert has_landed_since(settings)
