"""Where things are and how a run behaves: one settings object, read from `MEDFUND_*` variables."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of a run. Each field is read from the environment variable `MEDFUND_<FIELD>`.

    Relative paths are taken from the current directory.
    """

    model_config = SettingsConfigDict(env_prefix="MEDFUND_", env_ignore_empty=True)

    landing: Path = Field(PROJECT_DIR / "data" / "landing", description="deliveries as they came; never written to")
    lake: Path = Field(PROJECT_DIR / "lake", description="raw Parquet, one folder per source, table and batch")
    warehouse: Path = Field(
        PROJECT_DIR / "warehouse" / "medfund.duckdb", description="the published warehouse that readers open"
    )
    build_warehouse: Path | None = Field(
        None,
        description="the private file that a run builds; default: beside `warehouse`, named *.build.duckdb",
    )
    data_docs: Path | None = Field(
        None, description="Data Docs of the last validation; default: the folder data_docs beside `warehouse`"
    )
    state: Path | None = Field(
        None,
        description="what runs leave for later ones (lock, last run, dbt's target); default: beside `warehouse`",
    )
    token_key_file: Path | None = Field(
        None,
        description="file of the key that makes tokens of personal numbers; made at first run; default: token.key in `state`",
    )
    closed_months: Path = Field(
        PROJECT_DIR / "data" / "closed_months.csv", description="months that no delivery may change any more, by region"
    )
    memory_limit: str = Field(
        "4GB",
        pattern=r"^[0-9]+(\.[0-9]+)? ?[MG]i?B$",
        description="memory of DuckDB while it loads and builds; beyond it, it works on disk",
    )
    threads: int = Field(2, ge=1, le=64, description="threads of dbt and DuckDB")
    lock_timeout_seconds: float = Field(5.0, ge=0, description="how long to wait for another run to finish")

    @field_validator("memory_limit")
    @classmethod
    def _is_some_memory(cls, memory_limit: str) -> str:
        if not memory_limit.strip("0. MGiB"):
            raise ValueError("is no memory, expected more than 0")
        return memory_limit

    @field_validator("warehouse")
    @classmethod
    def _is_no_folder(cls, warehouse: Path) -> Path:
        if warehouse.is_dir():
            raise ValueError("is a folder, expected the path of a file")
        return warehouse

    @model_validator(mode="after")
    def _derive_paths(self) -> Settings:
        self.landing, self.lake, self.warehouse = (
            path.expanduser().absolute() for path in (self.landing, self.lake, self.warehouse)
        )
        beside = self.warehouse.parent
        self.build_warehouse = (
            self.build_warehouse or self.warehouse.with_name(f"{self.warehouse.stem}.build.duckdb")
        ).absolute()
        self.data_docs = (self.data_docs or beside / "data_docs").absolute()
        self.state = (self.state or beside / "state").absolute()
        self.token_key_file = (self.token_key_file or self.state / "token.key").expanduser().absolute()
        self.closed_months = self.closed_months.expanduser().absolute()
        return self

    @property
    def memory_limit_bytes(self) -> int:
        """The memory limit in bytes, read as DuckDB reads it: MB are millions, MiB are powers of two."""
        number, prefix, binary = re.fullmatch(r"([0-9.]+) ?([MG])(i?)B", self.memory_limit).groups()
        return int(float(number) * (1024 if binary else 1000) ** {"M": 2, "G": 3}[prefix])

    @property
    def dbt_target(self) -> Path:
        """The folder that dbt writes its artifacts to (manifest.json, run_results.json, compiled SQL)."""
        return self.state / "dbt"

    def export_to_dbt(self) -> None:
        """Tell dbt the same paths, threads and memory: profiles.yml and the macros read them as environment variables.

        Variables rather than `--vars`, because a changed `--vars` makes dbt parse the whole project again.
        """
        os.environ |= {
            "MEDFUND_LAKE": str(self.lake),
            "MEDFUND_BUILD_WAREHOUSE": str(self.build_warehouse),
            "MEDFUND_THREADS": str(self.threads),
            "MEDFUND_MEMORY_LIMIT": self.memory_limit,
        }


@cache
def get_settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()


def quiet_environment() -> None:
    """Turn off every library's telemetry and give Prefect a home beside the project.

    Call it before Prefect, dbt or Great Expectations is imported: they read these variables then. What the
    user has set is kept. A government intranet has no way out, and a run must not wait for one.
    """
    for name, value in {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_HOME": str(PROJECT_DIR / ".prefect"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_CLI_PROMPT": "false",
        # its temporary server takes some 12 seconds to start, and more on a busy machine
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # it writes down what tasks did as soon as it hears of it, and a flow that begins meanwhile finds its SQLite locked and
        # waits 2 seconds, then 4, 8, …; so it writes every five seconds, and at its end
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "1000",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1000",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }.items():
        os.environ.setdefault(name, value)
    # its sender of events is named after its class, so the level above does not reach it; what it has left to send is no fault
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)


def collect_seldom() -> None:
    """Let Python look for cycles to free only now and then: a run makes a million objects that stay to its end.

    Each look goes through them all. A run whose work is SQL ends 4 % earlier by it, and takes no more memory to speak of.
    """
    gc.set_threshold(20_000, 50, 100)


@contextmanager
def short_lived_server() -> Iterator[None]:
    """Settings of Prefect for its own temporary server, which ends with the run: flows of this block send no heartbeats.

    A heartbeat tells a server that outlives the run that the run has died. It makes each flow wait up to a second for a thread
    at its end (Prefect 3.8), and no variable can turn it off. Where `PREFECT_API_URL` names a server, it is left on.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
