"""The project that is parsed ahead of a build: used as it is, and parsed anew where a file has changed since."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from flows.settings import Settings
from flows.transform.dbt import ParsedProject, parse_project, run_dbt


def _listed(settings: Settings, parsed: ParsedProject) -> set[str]:
    listed = run_dbt(settings, "ls", options=("--resource-type", "seed"), show_nodes=False, parsed=parsed).result
    return set(listed)


def test_parsed_project_is_used_until_a_file_of_it_changes(warehouse: Settings, tmp_path: Path) -> None:
    # other tests read what the build of the session has left
    settings = warehouse.model_copy(update={"state": tmp_path})
    settings.dbt_target.mkdir()
    shutil.copy(warehouse.dbt_target / "partial_parse.msgpack", settings.dbt_target)
    parsed = parse_project(settings)
    assert parsed is not None
    seeds = {".".join(node.fqn) for node in parsed.manifest.nodes.values() if node.resource_type == "seed"}
    assert _listed(settings, parsed) == seeds
    nothing = replace(parsed, manifest=Manifest())
    assert _listed(settings, nothing) == set()
    assert _listed(settings, replace(nothing, fingerprint="of other files")) == seeds
