"""Whether there is anything to do: a run is known by what went into it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from flows.ingest.lake import current_batches, loaded_batches
from flows.ingest.manifest import MANIFEST_NAME
from flows.settings import PROJECT_DIR, Settings
from flows.transform.waivers import WAIVERS_BATCH, read_waivers

# what decides what the warehouse holds, besides the lake
_INPUTS = ("models", "seeds", "macros", "tests/dbt", "expectations", "flows")
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.txt")


def fingerprint(settings: Settings, today: dt.date | None = None) -> str:
    """Hash everything that a build is made from: the current batches of the lake, the project's own files, and the day.

    Files of the lake count by name and size: one that was lost must be noticed. Waivers are written there by the build itself.
    The day counts for waivers only: one that has run out since the last run must be noticed.
    """
    digest = hashlib.sha256()
    for batch in sorted(batch.batch_id for batch in current_batches(loaded_batches(settings.lake))):
        digest.update(batch.encode())
    for path in sorted(settings.lake.glob("*/*/batch_id=*/*.parquet")):
        if path.parent.name == f"batch_id={WAIVERS_BATCH}":
            continue
        digest.update(f"{path.relative_to(settings.lake)} {path.stat().st_size}".encode())
    paths = [PROJECT_DIR / name for name in _FILES]
    for folder in _INPUTS:
        paths += sorted(p for p in (PROJECT_DIR / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    for path in paths:
        digest.update(str(path.relative_to(PROJECT_DIR)).encode())
        digest.update(path.read_bytes())
    today = today or dt.datetime.now().astimezone().date()
    digest.update(" ".join(waiver.check_id for waiver in read_waivers() if waiver.until < today).encode())
    digest.update(f"{settings.warehouse} {settings.lake}".encode())
    return digest.hexdigest()


def last_run_path(settings: Settings) -> Path:
    """Where the last complete run left what it did, as JSON."""
    return settings.state / "last_run.json"


def last_run(settings: Settings) -> dict[str, Any] | None:
    """Return what the last complete run left, or None when there was none or its warehouse has gone or cannot be opened."""
    path = last_run_path(settings)
    if not (path.exists() and settings.warehouse.exists() and (settings.data_docs / "index.html").exists()):
        return None
    try:
        duckdb.connect(str(settings.warehouse), read_only=True).close()
    except duckdb.Error:
        return None
    try:
        last = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # cut off or edited: as good as none
        return None
    return last if isinstance(last, dict) else None


def write_last_run(settings: Settings, content: dict[str, Any]) -> None:
    """Leave what a complete run did, in place of what the one before left, by one rename."""
    path = last_run_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    aside.replace(path)


def has_landed_since(settings: Settings) -> bool:
    """Whether a manifest has come, or has changed, since the last complete run: a guess at what ingest is going to find.

    A file that is copied or moved with its old time has a new time of change.
    """
    path = last_run_path(settings)
    if not path.exists():
        return True
    ended = path.stat().st_mtime
    return any(manifest.stat().st_ctime > ended for manifest in settings.landing.rglob(MANIFEST_NAME))


def is_up_to_date(settings: Settings) -> bool:
    """Whether the published warehouse was built from just what is there now."""
    last = last_run(settings)
    return last is not None and last.get("fingerprint") == fingerprint(settings)
