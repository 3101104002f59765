"""Whether there is anything to do: a run is known by what went into it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flows.ingest.lake import current_batches, loaded_batches
from flows.settings import PROJECT_DIR, Settings

# what decides what the warehouse holds, besides the lake
_INPUTS = ("models", "seeds", "macros", "tests/dbt", "expectations", "flows")
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.txt")


def fingerprint(settings: Settings) -> str:
    """Hash everything that a build is made from: the current batches of the lake, and the project's own files."""
    digest = hashlib.sha256()
    for batch in sorted(batch.batch_id for batch in current_batches(loaded_batches(settings.lake))):
        digest.update(batch.encode())
    paths = [PROJECT_DIR / name for name in _FILES]
    for folder in _INPUTS:
        paths += sorted(p for p in (PROJECT_DIR / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    for path in paths:
        digest.update(str(path.relative_to(PROJECT_DIR)).encode())
        digest.update(path.read_bytes())
    digest.update(f"{settings.warehouse} {settings.lake}".encode())
    return digest.hexdigest()


def last_run_path(settings: Settings) -> Path:
    """Where the last complete run left what it did, as JSON."""
    return settings.state / "last_run.json"


def last_run(settings: Settings) -> dict[str, Any] | None:
    """Return what the last complete run left, or None when there was none or its warehouse has gone."""
    path = last_run_path(settings)
    if not (path.exists() and settings.warehouse.exists() and (settings.data_docs / "index.html").exists()):
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def is_up_to_date(settings: Settings) -> bool:
    """Whether the published warehouse was built from just what is there now."""
    last = last_run(settings)
    return last is not None and last.get("fingerprint") == fingerprint(settings)
