"""What decides what the facts hold, besides the lake: code, code lists and engine, as one hash.

Facts that are built month by month carry the hash of what built them (facts.batches_taken_in). Where it has changed, months
that stand would not be what a build of today makes of them, so everything is built anew.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from flows.settings import PROJECT_DIR

# marts are built whole each time, so they may change; words in YAML are contracts too, and count
_FOLDERS = ("models/sources", "models/staging", "models/facts", "macros", "seeds")
_FILES = ("dbt_project.yml",)
# keys of records are hashes of the engine's own
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


def code_fingerprint(project: Path = PROJECT_DIR) -> str:
    """Hash the code and the code lists that facts are made by."""
    digest = hashlib.sha256()
    paths = [project / name for name in _FILES]
    for folder in _FOLDERS:
        paths += sorted(path for path in (project / folder).rglob("*") if path.is_file())
    for path in paths:
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(" ".join(f"{name} {version(name)}" for name in _PACKAGES).encode())
    return digest.hexdigest()[:16]
