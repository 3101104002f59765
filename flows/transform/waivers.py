"""Waivers: findings that the bureau knows about and lets stand, from expectations/waivers.yml into the lake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from flows.errors import ContractError
from flows.ingest.lake import BatchWriter
from flows.ingest.workspace import Workspace
from flows.settings import PROJECT_DIR

WAIVERS_FILE = PROJECT_DIR / "expectations" / "waivers.yml"
# every build writes them anew
WAIVERS_BATCH = "current"


class Waiver(BaseModel):
    """One finding that is let stand: which, why, who decided it, and until when."""

    model_config = ConfigDict(extra="forbid")

    check_id: str = Field(pattern=r"^[0-9a-f]{12}$")
    reason: str = Field(min_length=1)
    who: str = Field(min_length=1)
    until: dt.date


def read_waivers(path: Path = WAIVERS_FILE) -> list[Waiver]:
    """Read the waivers.

    Raises:
        ContractError: the file is not a list of waivers, each with check_id, reason, who and until, and a check once.

    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        waivers = TypeAdapter(list[Waiver]).validate_python(raw)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ContractError(f"{path}: {faults}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: not readable as YAML in UTF-8: {error}") from error
    checks = [waiver.check_id for waiver in waivers]
    if twice := sorted({check for check in checks if checks.count(check) > 1}):
        raise ContractError(f"{path}: {', '.join(twice)} is waived twice; keep one of them")
    return waivers


def write_waivers(lake: Path, waivers: list[Waiver]) -> None:
    """Put the waivers into the lake, in place of those that were there."""
    with duckdb.connect() as connection, Workspace(lake) as workspace:
        writer = BatchWriter(lake, WAIVERS_BATCH, workspace)
        connection.execute("create temp table waivers (check_id varchar, reason varchar, waived_by varchar, valid_until date)")
        if waivers:
            connection.executemany(
                "insert into waivers values (?, ?, ?, ?)",
                [(w.check_id, w.reason, w.who, w.until) for w in waivers],
            )
        writer.write(connection, "ingest", "waivers", "from waivers")
        writer.commit()
