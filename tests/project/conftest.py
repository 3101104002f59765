"""The project as dbt sees it: built once per session on an empty lake, in files of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.settings import PROJECT_DIR
from flows.transform.dbt import invoke_dbt


@dataclass(frozen=True, repr=False)
class Project:
    """What dbt knows of the project, and what it built."""

    manifest: dict[str, Any]
    # of every model and data test, by unique_id
    compiled: dict[str, str]
    # (schema, relation) → column → type
    relations: dict[tuple[str, str], dict[str, str]]
    # what could not be built or compiled, and why
    failed: list[str]
    # unit test of a model → what became of it
    unit_tests: dict[str, str]

    def nodes(self, *resource_types: str) -> list[dict[str, Any]]:
        """Return the project's nodes of these types, by name."""
        found = [node for node in self.manifest["nodes"].values() if node["resource_type"] in resource_types]
        return sorted(found, key=lambda node: node["name"])


def run_dbt(target: Path, *arguments: str) -> list[Any]:
    """Run a dbt command in this process, with nothing written outside `target`, and return its results."""
    project, folder = str(PROJECT_DIR), str(target)
    paths = [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        folder,
        "--log-path",
        folder,
    ]
    outcome = invoke_dbt([*arguments, *paths, "--quiet"])
    assert outcome.exception is None, outcome.exception
    return list(outcome.result.results)


@pytest.fixture
def dbt() -> Callable[..., list[Any]]:
    """`run_dbt`, for tests that run a command of their own."""
    return run_dbt


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Build seeds and models on an empty lake, compile the data tests, run the unit tests."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDFUND_LAKE", str(folder / "lake"))
        patch.setenv("MEDFUND_BUILD_WAREHOUSE", str(folder / "project.duckdb"))
        tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        built = run_dbt(folder, "build", *tests)
        compilations = run_dbt(folder, "compile")
        units = run_dbt(folder, "test", "--select", "test_type:unit")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    compiled = {one.node.unique_id: one.node.compiled_code for one in compilations}
    failed = [
        f"{result.node.name}: {result.status} {result.message or ''}"
        for result in built + compilations
        if result.status != "success"
    ]
    relations: dict[tuple[str, str], dict[str, str]] = {}
    with duckdb.connect(str(folder / "project.duckdb"), read_only=True) as connection:
        for schema, relation, column, kind in connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
        ).fetchall():
            relations.setdefault((schema, relation), {})[column] = kind.lower()
    unit_tests = {
        unit.node.name: f"{unit.status} {unit.message or ''}".strip()
        for unit in units
        if unit.node.resource_type == "unit_test"
    }
    return Project(manifest, compiled, relations, failed, unit_tests)
