"""What changes while a run is at work: the project that was parsed ahead of a build, and the lake below it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from flows.ingest.tasks import load_delivery
from flows.settings import Settings
from flows.transform.changes import inputs_now, inputs_of
from flows.transform.dbt import ParsedProject, parse_project, run_dbt
from flows.transform.flow import build
from tests.flows.runs import PUBLISHED, amend


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


def test_a_build_notes_what_stood_when_it_began(
    warehouse: Settings, tmp_path: Path, use_settings: Callable[..., Settings]
) -> None:
    settings = use_settings(tmp_path)
    shutil.copytree(warehouse.lake, settings.lake)
    settings.dbt_target.mkdir(parents=True)
    shutil.copy(warehouse.build_warehouse, settings.build_warehouse)
    shutil.copy(warehouse.dbt_target / "partial_parse.msgpack", settings.dbt_target)
    correction = Path(shutil.copytree(PUBLISHED / "yiyang_2025_department_performance", tmp_path / "correction"))
    amend(correction, revision=2, row=0)
    before = inputs_now(settings.lake)

    def arrives() -> None:
        assert load_delivery.fn(correction, settings.lake).outcome == "loaded"

    build(parsed=arrives)
    assert inputs_of(settings.build_warehouse) == before
    assert inputs_now(settings.lake).items() - before.items()
