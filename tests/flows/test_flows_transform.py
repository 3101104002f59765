"""A build that fails: it says where, the published warehouse stays, and nobody is left holding the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import pytest

from flows.settings import Settings, get_settings
from tests.conftest import environment_of
from tests.flows.runs import Ended, assert_lock_is_free, medfund, query, sha256


@dataclass(frozen=True)
class Failure:
    ended: Ended
    published_before: str
    settings: Settings


@pytest.fixture(scope="module")
def fail_on(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Failure]]:
    """A function that adds a file of figures to a copy of the lake and runs the build on it."""
    folder = tmp_path_factory.mktemp("failing")
    shutil.copytree(warehouse.lake, folder / "lake")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        settings.warehouse.parent.mkdir(parents=True)
        shutil.copyfile(warehouse.warehouse, settings.warehouse)
        shutil.copyfile(warehouse.build_warehouse, settings.build_warehouse)
        shutil.copytree(warehouse.dbt_target, settings.dbt_target)

        def fail(sql: str) -> Failure:
            stray = settings.lake / "published" / "figures" / "batch_id=stray"
            stray.mkdir(parents=True, exist_ok=True)
            if sql:
                duckdb.execute(f"copy ({sql}) to '{stray}/data.parquet' (format parquet)")
            else:
                (stray / "data.parquet").write_bytes(b"this is no Parquet")
            before = sha256(settings.warehouse)
            return Failure(medfund("run", "--force"), before, settings)

        yield fail
    get_settings.cache_clear()


def _assert_failed_softly(failure: Failure) -> None:
    assert failure.ended.code == 5, failure.ended.said
    assert "BuildFailed: dbt build failed (" in failure.ended.err
    assert "the published warehouse is as it was" in failure.ended.err
    assert f"Compiled SQL: {failure.settings.dbt_target / 'compiled'}" in failure.ended.err
    assert "checking it" not in failure.ended.err
    assert sha256(failure.settings.warehouse) == failure.published_before
    assert not (failure.settings.state / "last_run.json").exists()
    assert_lock_is_free(failure.settings.build_warehouse)


def test_model_that_cannot_be_built_is_named(fail_on: Callable[[str], Failure]) -> None:
    failure = fail_on("select 'not a number' as line, '1' as document")
    _assert_failed_softly(failure)
    assert "error    model  facts.fct_published_figures" in failure.ended.err
    assert "\n  model fct_published_figures: " in failure.ended.err
    assert "document_line" in failure.ended.err
    skipped = [line for line in failure.ended.err.splitlines() if line.strip().startswith("skipped")]
    assert any("marts.consistency_checks" in line for line in skipped)


def test_lake_file_that_is_no_parquet_is_named(fail_on: Callable[[str], Failure]) -> None:
    failure = fail_on("")
    _assert_failed_softly(failure)
    assert "batch_id=stray/data.parquet" in failure.ended.err


def test_every_node_of_a_build_is_in_the_history_with_what_it_took(warehouse: Settings) -> None:
    nodes = query(warehouse.warehouse, "select kind, status, schema_name, seconds from marts.run_nodes")
    kinds = {kind for kind, *_ in nodes}
    assert {"seed", "model", "test"} <= kinds
    assert {status for _, status, *_ in nodes} == {"success", "pass"}
    assert {schema for kind, _, schema, _ in nodes if kind == "model"} == {"staging", "facts", "marts"}
    assert all(seconds >= 0 for *_, seconds in nodes)
    assert sum(seconds for *_, seconds in nodes) > 0
