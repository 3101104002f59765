"""The project as dbt sees it: built once per session on an empty lake, in files of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from flows.settings import PROJECT_DIR


@dataclass(frozen=True)
class Project:
    """What dbt knows of the project, and what it built."""

    manifest: dict[str, Any]
    # of every model and data test
    compiled: dict[str, str]
    # (schema, relation) → column → type
    relations: dict[tuple[str, str], dict[str, str]]

    def nodes(self, *resource_types: str) -> list[dict[str, Any]]:
        """Return the project's nodes of these types, by name."""
        found = [node for node in self.manifest["nodes"].values() if node["resource_type"] in resource_types]
        return sorted(found, key=lambda node: node["name"])


def run_dbt(target: Path, *arguments: str) -> Any:
    """Run a dbt command in this process, with nothing written outside `target`."""
    paths = {
        "--project-dir": PROJECT_DIR,
        "--profiles-dir": PROJECT_DIR,
        "--target-path": target,
        "--log-path": target,
    }
    options = [str(part) for pair in paths.items() for part in pair]
    outcome = dbtRunner().invoke([*arguments, *options, "--quiet"])
    assert outcome.exception is None, outcome.exception
    failed = [
        f"{result.node.name}: {result.message}"
        for result in outcome.result
        if result.status not in {"success", "pass"}
    ]
    assert failed == []
    return outcome.result


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Build seeds and models on an empty lake, and compile the data tests: names, types and SQL without any data."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDFUND_LAKE", str(folder / "lake"))
        patch.setenv("MEDFUND_BUILD_WAREHOUSE", str(folder / "project.duckdb"))
        run_dbt(folder, "build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
        results = run_dbt(folder, "compile")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    compiled = {result.node.unique_id: result.node.compiled_code for result in results}
    relations: dict[tuple[str, str], dict[str, str]] = {}
    with duckdb.connect(str(folder / "project.duckdb"), read_only=True) as connection:
        for schema, relation, column, kind in connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
        ).fetchall():
            relations.setdefault((schema, relation), {})[column] = kind.lower()
    yield Project(manifest, compiled, relations)
