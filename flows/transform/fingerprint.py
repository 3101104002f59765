"""What decides what the warehouse holds, besides the lake: code, code lists and engine, as a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from flows.ingest.lake import loaded_batches
from flows.settings import PROJECT_DIR

# words in YAML are contracts too, and count; findings and sums of claims are kept by months, as facts are
_FACTS = (
    *("models/sources", "models/staging", "models/facts", "models/marts/claims", "models/marts/operations/steps"),
    *("macros", "seeds"),
)
_ALL = ("models", "macros", "seeds", "tests/dbt")
_FILES = ("dbt_project.yml", "profiles.yml")
# keys of records are hashes of the engine's own
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


def code_fingerprint(project: Path = PROJECT_DIR) -> str:
    """Hash the code and the code lists that facts are made by.

    The warehouse says by which its months were built (staging.code_of_months). Where it has changed, months that stand would
    not be what a build of today makes of them, so they are built anew.
    """
    return _fingerprint(project, _FACTS, _FILES[:1])


def facts_fingerprint(lake: Path) -> str:
    """Return `code_fingerprint` and the keys that the lake's tokens were made with: with another one all persons are others."""
    keys = {batch.token_key for batch in loaded_batches(lake) if batch.token_key}
    return "-".join([code_fingerprint(), *sorted(keys)])


def project_fingerprint(project: Path = PROJECT_DIR) -> str:
    """Hash all that dbt builds by, marts and tests too: what stands in the warehouse is kept only where this is as it was."""
    return _fingerprint(project, _ALL, _FILES)


def _fingerprint(project: Path, folders: Iterable[str], files: Iterable[str]) -> str:
    digest = hashlib.sha256()
    paths = [project / name for name in files if (project / name).is_file()]
    for folder in folders:
        paths += sorted(path for path in (project / folder).rglob("*") if path.is_file())
    for path in paths:
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(" ".join(f"{name} {version(name)}" for name in _PACKAGES).encode())
    return digest.hexdigest()[:16]
