"""A small demo county, made, loaded, built, checked and published once a session by the commands that a user types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.settings import Settings, get_settings
from tests.conftest import environment_of
from tests.flows.runs import Ended, medfund

SCALE = "0.01"


@dataclass(frozen=True)
class County:
    """What `medfund demo` and `medfund run` left. Change nothing in it."""

    landing: Path
    settings: Settings
    made: Ended
    loaded: Ended


@pytest.fixture(scope="session")
def county(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The county of the session; the environment is as before when it returns."""
    folder = tmp_path_factory.mktemp("county")
    landing = folder / "landing"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder, landing=landing).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        made = medfund("demo", "--scale", SCALE, "--charge-lines", "0.2", "--out", str(landing / "demo"))
        loaded = medfund("run")
    get_settings.cache_clear()
    return County(landing, settings, made, loaded)
