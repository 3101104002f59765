"""The project that is parsed ahead of a build: used as it is, and parsed anew where a file has changed since."""

from __future__ import annotations

from dataclasses import replace

from dbt.contracts.graph.manifest import Manifest

from flows.settings import Settings
from flows.transform.dbt import ParsedProject, parse_project, run_dbt


def _listed(settings: Settings, parsed: ParsedProject) -> set[str]:
    listed = run_dbt(settings, "ls", options=("--resource-type", "seed"), show_nodes=False, parsed=parsed).result
    return set(listed)


def test_parsed_project_is_used_until_a_file_of_it_changes(warehouse: Settings) -> None:
    parsed = parse_project(warehouse)
    assert parsed is not None
    seeds = {".".join(node.fqn) for node in parsed.manifest.nodes.values() if node.resource_type == "seed"}
    assert _listed(warehouse, parsed) == seeds
    nothing = replace(parsed, manifest=Manifest())
    assert _listed(warehouse, nothing) == set()
    assert _listed(warehouse, replace(nothing, fingerprint="of other files")) == seeds
