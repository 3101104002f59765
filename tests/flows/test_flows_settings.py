"""Settings from `MEDFUND_*` variables, and the variables that keep libraries quiet."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.settings import PROJECT_DIR, Settings, get_settings, quiet_environment
from tests.flows.runs import in_other_process

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_HOME": str(PROJECT_DIR / ".prefect"),
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "1000",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1000",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MEDFUND_")]:
        monkeypatch.delenv(name)


def test_defaults_are_folders_of_the_project() -> None:
    settings = Settings()
    assert settings.model_dump() == {
        "landing": PROJECT_DIR / "data" / "landing",
        "lake": PROJECT_DIR / "lake",
        "warehouse": PROJECT_DIR / "warehouse" / "medfund.duckdb",
        "build_warehouse": PROJECT_DIR / "warehouse" / "medfund.build.duckdb",
        "data_docs": PROJECT_DIR / "warehouse" / "data_docs",
        "state": PROJECT_DIR / "warehouse" / "state",
        "token_key_file": PROJECT_DIR / "warehouse" / "state" / "token.key",
        "closed_months": PROJECT_DIR / "data" / "closed_months.csv",
        "memory_limit": "4GB",
        "threads": 2,
        "lock_timeout_seconds": 5.0,
    }
    assert settings.dbt_target == settings.state / "dbt"


def test_what_is_not_said_stands_beside_the_warehouse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MEDFUND_WAREHOUSE", str(tmp_path / "医保.duckdb"))
    monkeypatch.setenv("MEDFUND_STATE", "")
    settings = Settings()
    assert settings.build_warehouse == tmp_path / "医保.build.duckdb"
    assert settings.data_docs == tmp_path / "data_docs"
    assert settings.state == tmp_path / "state"
    assert settings.lake == PROJECT_DIR / "lake"


def test_each_field_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folders = ("landing", "lake", "warehouse", "build_warehouse", "data_docs", "state", "token_key_file", "closed_months")
    said = {name: tmp_path / name for name in folders}
    others = {"memory_limit": "900MB", "threads": 7, "lock_timeout_seconds": 0.5}
    for name, value in {**said, **others}.items():
        monkeypatch.setenv(f"MEDFUND_{name.upper()}", str(value))
    assert Settings().model_dump() == said | others
    assert set(said | others) == set(Settings.model_fields)


def test_relative_paths_and_the_home_folder_are_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEDFUND_LAKE", "lake")
    monkeypatch.setenv("MEDFUND_WAREHOUSE", "~/w.duckdb")
    settings = Settings()
    assert (settings.lake, settings.warehouse) == (tmp_path / "lake", tmp_path / "home" / "w.duckdb")
    assert settings.build_warehouse == tmp_path / "home" / "w.build.duckdb"


@pytest.mark.parametrize(
    ("variable", "value"), [("THREADS", "0"), ("THREADS", "many"), ("LOCK_TIMEOUT_SECONDS", "-1"), ("MEMORY_LIMIT", "much")]
)
def test_impossible_values_are_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(f"MEDFUND_{variable}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_are_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    get_settings.cache_clear()
    first = get_settings()
    monkeypatch.setenv("MEDFUND_LAKE", str(tmp_path))
    assert get_settings() is first
    get_settings.cache_clear()
    assert get_settings().lake == tmp_path
    get_settings.cache_clear()


def test_dbt_is_told_the_same_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"LAKE": tmp_path / "lake", "WAREHOUSE": tmp_path / "w.duckdb", "THREADS": 3}.items():
        monkeypatch.setenv(f"MEDFUND_{name}", str(value))
    monkeypatch.setenv("MEDFUND_BUILD_WAREHOUSE", "")
    Settings().export_to_dbt()
    assert os.environ["MEDFUND_LAKE"] == str(tmp_path / "lake")
    assert os.environ["MEDFUND_BUILD_WAREHOUSE"] == str(tmp_path / "w.build.duckdb")
    assert os.environ["MEDFUND_THREADS"] == "3"


def test_libraries_are_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)
    quiet_environment()
    assert {name: os.environ[name] for name in QUIET} == QUIET


def test_what_the_user_has_set_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.setenv(name, "the user's")
    quiet_environment()
    assert {os.environ[name] for name in QUIET} == {"the user's"}


def test_command_line_sets_them_before_it_imports_a_library() -> None:
    script = (
        "import os, sys, flows.cli\n"
        "assert not {'prefect', 'dbt', 'great_expectations'} & set(sys.modules)\n"
        f"for name in {list(QUIET)!r}: assert os.environ[name]\n"
        "import prefect.settings\n"
        "assert prefect.settings.get_current_settings().server.analytics_enabled is False\n"
    )
    unset = f"import os\nfor name in {list(QUIET)!r}: os.environ.pop(name, None)\n"
    ended = in_other_process(sys.executable, "-c", unset + script)
    assert ended.code == 0, ended.said
