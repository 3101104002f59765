"""The whole pipeline on real deliveries: what it builds, when it does nothing, what stops it, and what it leaves."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.pipeline.policy import is_up_to_date, last_run, last_run_path, write_last_run
from flows.settings import PROJECT_DIR, Settings, get_settings
from tests.conftest import bundled_landing, environment_of
from tests.flows.runs import (
    FITS,
    PUBLISHED,
    SPOILED,
    Ended,
    amend,
    assert_lock_is_free,
    in_other_process,
    medfund,
    query,
    sha256,
    spoil,
    table_counts,
    tables_that_differ,
)

RUNS = "select distinct run_id from marts.run_nodes order by 1"


def bundled() -> list[Path]:
    """Return the manifests of the deliveries that come with the project."""
    return sorted(bundled_landing().rglob("manifest.yml"))


def test_first_run_builds_checks_and_publishes(warehouse: Settings) -> None:
    last = last_run(warehouse)
    assert (last["exit_code"], last["rows_quarantined"]) == (0, 0)
    assert last["deliveries"] == {"loaded": len(bundled()), "nothing new": 0, "refused": 0}
    assert list(last["seconds"]) == ["ingest", "transform", "validate", "publish"]
    assert last["warehouse"] == str(warehouse.warehouse)
    assert Path(last["data_docs"]).is_file()
    assert query(warehouse.warehouse, RUNS) == [(last["run_id"],)]
    assert tables_that_differ(warehouse.warehouse, warehouse.build_warehouse) == {}
    assert not list(warehouse.warehouse.parent.glob(".*.new"))
    assert_lock_is_free(warehouse.build_warehouse)


def test_last_run_says_what_the_warehouse_holds(warehouse: Settings) -> None:
    last = json.loads((warehouse.state / "last_run.json").read_text(encoding="utf-8"))
    database = warehouse.warehouse
    in_marts = query(
        database,
        "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE' "
        "and (table_schema = 'marts' or table_name like 'fct_%') and table_name not like 'run_%'",
    )
    assert set(last["tables"]) == {name for (name,) in in_marts}
    assert last["tables"] == table_counts(database, list(last["tables"]))
    nodes = query(database, "select kind, status from marts.run_nodes where run_id = ?", last["run_id"])
    assert last["models_built"] == Counter(nodes)["model", "success"] == len([n for n in nodes if n[0] == "model"])
    statuses = Counter(query(database, "select status, severity from marts.run_checks where run_id = ?", last["run_id"]))
    assert last["checks"] == {
        "passed": sum(count for (status, _), count in statuses.items() if status == "passed"),
        "failed": 0,
        "warned": statuses["failed", "warning"],
    }
    assert statuses["failed", "critical"] == 0
    families = ("roll_up", "bound", "weighted_mean", "formula", "agreement")
    *documents, own = last["consistency"]
    assert [document["document_id"] for document in documents] == sorted(p.name for p in PUBLISHED.iterdir())
    assert (own["document_id"], own["findings"]) == ("medfund", 0)
    for document in documents:
        name = document.pop("document_id")
        decided = (
            "select count(*) from marts.consistency_checks where document_id = ? and family = ? and status <> 'undecidable'"
        )
        held = {family: query(database, decided, name, family)[0][0] for family in families}
        for shown, table in {
            "figures": "facts.fct_published_figures",
            "findings": "marts.consistency_findings",
            "uncovered": "marts.figures_without_checks",
        }.items():
            held[shown] = query(database, f"select count(*) from {table} where document_id = ?", name)[0][0]
        if name == "medfund":  # our own figures are not printed
            ((held["figures"],),) = query(database, "select count(*) from marts.figures")
        assert document == held


def test_tables_and_columns_carry_their_descriptions(warehouse: Settings) -> None:
    # what a run and the build write of themselves is no model
    of_models = "schema_name in ('facts', 'marts') and table_name not like 'run_%' and table_name <> 'batches_taken_in'"
    columns = f"select count(*), count(comment) from duckdb_columns() where {of_models}"
    tables = f"select count(*), count(comment) from duckdb_tables() where {of_models}"
    for all_of_them, described in query(warehouse.warehouse, f"{columns} union all {tables}"):
        assert all_of_them == described > 100
    day = "select comment from duckdb_columns() where table_name = 'fct_claims' and column_name = 'settled_at'"
    ((said,),) = query(warehouse.warehouse, day)
    assert "结算时间" in said


def test_second_run_does_nothing_new_and_loads_neither_dbt_nor_gx(warehouse: Settings) -> None:
    before = {p: p.stat().st_mtime_ns for p in (warehouse.build_warehouse, warehouse.warehouse, last_run_path(warehouse))}
    script = (
        "import sys; sys.argv = ['medfund', 'run']\n"
        "from flows.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print({'dbt', 'great_expectations'} & set(sys.modules))"
    )
    started = time.monotonic()
    ended = in_other_process(sys.executable, "-c", script, **environment_of(warehouse.lake.parent))
    assert ended.code == 0, ended.said
    assert time.monotonic() - started < 30
    assert f"nothing new in {len(bundled())} of {len(bundled())} deliveries" in ended.err
    assert "nothing new: the published warehouse is up to date" in ended.err
    assert ended.out.rstrip().endswith("set()")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    last = last_run(warehouse)
    for table, count in last["tables"].items():
        # what has no rows is counted, not listed
        assert (f"{table} " in ended.out) == (count > 0)
        assert not count or f"{count:,} rows" in ended.out


@dataclass(frozen=True)
class Step:
    """One run of the story, and the state after it."""

    ended: Ended
    runs: list[str]
    published: str
    build_changed_at: int
    last: dict[str, Any]
    figures: int
    settings: Settings


@pytest.fixture(scope="module")
def story(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Step]:
    """Run the pipeline again and again over a landing folder in which something happens each time."""
    folder = tmp_path_factory.mktemp("story")
    landing = folder / "landing"
    for name in ("jincheng_2026_total_budget", "hunan_city_2025h1_work_summary", "panzhihua_2025_fund_budget_performance"):
        shutil.copytree(PUBLISHED / name, landing / name)
    jincheng, panzhihua = landing / "jincheng_2026_total_budget", landing / "panzhihua_2025_fund_budget_performance"
    steps: dict[str, Step] = {}
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in environment_of(folder, landing=landing).items():
            patch.setenv(variable, value)
        get_settings.cache_clear()
        settings = get_settings()

        def step(name: str, *arguments: str) -> None:
            ended = medfund(*arguments)
            runs = [run for (run,) in query(settings.build_warehouse, RUNS)]
            (figures,) = query(settings.warehouse, "select count(*) from facts.fct_published_figures")[0]
            changed_at = settings.build_warehouse.stat().st_mtime_ns
            last = json.loads(last_run_path(settings).read_text(encoding="utf-8"))
            steps[name] = Step(ended, runs, sha256(settings.warehouse), changed_at, last, figures, settings)
            assert_lock_is_free(settings.build_warehouse)

        with (panzhihua / "figures.csv").open("a", encoding="utf-8") as file:
            file.write("\n")
        amend(jincheng, revision=1, row=0, value="12.3.4")
        step("one refused, a bad row", "run")
        shutil.rmtree(panzhihua)
        step("nothing new", "run")
        # behind the pipeline's back: no delivery is new
        stray = settings.lake / "published" / "figures" / "batch_id=stray" / "data.parquet"
        stray.parent.mkdir()
        duckdb.execute(f"copy (select 'not a number' as line, '1' as document) to '{stray}' (format parquet)")
        step("a column of another type", "run", "--force")
        stray.write_bytes(b"this is no Parquet")
        step("no Parquet", "run", "--force")
        shutil.rmtree(stray.parent)
        amend(jincheng, revision=2, row=0, value="1", unit="天")
        spoil(settings)
        step("changed, in a wrong unit", "run", "--force")
    get_settings.cache_clear()
    return steps


FIRST = "one refused, a bad row"


def test_refused_delivery_leaves_the_others_loaded_and_published(story: dict[str, Step]) -> None:
    step = story[FIRST]
    assert step.ended.code == 3, step.ended.said
    assert "panzhihua_2025_fund_budget_performance: figures.csv has SHA-256" in step.ended.err
    assert "a delivery was refused (exit code 3); the others are loaded" in step.ended.err
    assert f"published {step.settings.warehouse}" in step.ended.err
    assert step.last["deliveries"] == {"loaded": 2, "nothing new": 0, "refused": 1}
    assert step.last["exit_code"] == 3
    assert step.runs == [step.last["run_id"]]


def test_bad_row_is_put_aside_and_the_others_are_published(story: dict[str, Step]) -> None:
    step = story[FIRST]
    assert "jincheng_2026_total_budget/figures.csv, line 2, column value: '12.3.4' does not parse" in step.ended.err
    assert step.last["rows_quarantined"] == 1
    assert step.figures == step.last["tables"]["facts.fct_published_figures"] == 78 + 100 - 1
    aside = "select file_name, source_line, delivered_value from staging.stg_ingest__quarantine"
    assert query(step.settings.build_warehouse, aside) == [("figures.csv", 2, "12.3.4")]


def test_quarantine_is_said_again_though_nothing_is_new(story: dict[str, Step]) -> None:
    step, before = story["nothing new"], story[FIRST]
    assert step.ended.code == 4, step.ended.said
    assert "nothing new: the published warehouse is up to date" in step.ended.err
    assert "rows stand in quarantine (exit code 4)" in step.ended.err
    assert (step.published, step.build_changed_at, step.last) == (before.published, before.build_changed_at, before.last)


def test_force_builds_what_is_up_to_date(story: dict[str, Step]) -> None:
    step, before = story["a column of another type"], story["nothing new"]
    assert "nothing new in 2 of 2 deliveries" in step.ended.err
    assert "building the warehouse" in step.ended.err
    assert "building the warehouse" not in before.ended.err
    assert step.build_changed_at > before.build_changed_at


def test_changed_delivery_is_built_again(story: dict[str, Step]) -> None:
    step, before = story["changed, in a wrong unit"], story["no Parquet"]
    assert "loaded   jincheng_2026_total_budget revision 2" in step.ended.err
    assert step.build_changed_at > before.build_changed_at
    assert query(step.settings.build_warehouse, "select count(*) from facts.fct_published_figures") == [(78 + 100,)]
    assert query(
        step.settings.build_warehouse, "select count(*) filter (is_current), count(*) from staging.stg_ingest__deliveries"
    ) == [(2, 3)]


def test_critical_check_stops_the_run_before_the_publish(story: dict[str, Step]) -> None:
    step, before = story["changed, in a wrong unit"], story["no Parquet"]
    assert step.ended.code == 6, step.ended.said
    assert "2 checks stop the publish: " in step.ended.err
    assert "facts.fct_published_figures: addresses_fit_the_catalogue (failed, 1 rows)" in step.ended.err
    assert "The published warehouse is as it was" in step.ended.err
    assert (step.published, step.figures, step.last) == (before.published, before.figures, before.last)
    # nor does the copy that was made during the checks stay
    assert not list(step.settings.warehouse.parent.glob(".*.new"))


def test_force_checks_the_rows_that_were_checked(story: dict[str, Step]) -> None:
    assert f"{SPOILED}: {FITS} (failed, 1 rows)" in story["changed, in a wrong unit"].ended.err


def test_each_build_that_comes_to_its_end_adds_a_run_to_the_history(story: dict[str, Step]) -> None:
    assert [len(step.runs) for step in story.values()] == [1, 1, 1, 1, 2]
    checked = "select distinct run_id from marts.run_checks order by 1"
    last = story["changed, in a wrong unit"]
    assert query(last.settings.build_warehouse, checked) == [(run,) for run in last.runs]


def _assert_failed_softly(step: Step, before: Step) -> None:
    assert step.ended.code == 5, step.ended.said
    assert "BuildFailed: dbt build failed (" in step.ended.err
    assert "the published warehouse is as it was" in step.ended.err
    assert f"Compiled SQL: {step.settings.dbt_target / 'compiled'}" in step.ended.err
    assert "checking it" not in step.ended.err
    assert (step.published, step.last) == (before.published, before.last)


def test_model_that_cannot_be_built_is_named(story: dict[str, Step]) -> None:
    step = story["a column of another type"]
    _assert_failed_softly(step, story[FIRST])
    assert "error    model  facts.fct_published_figures" in step.ended.err
    assert "\n  model fct_published_figures: " in step.ended.err
    assert "document_line" in step.ended.err
    skipped = [line for line in step.ended.err.splitlines() if line.strip().startswith("skipped")]
    assert any("marts.consistency_checks" in line for line in skipped)


def test_lake_file_that_is_no_parquet_is_named(story: dict[str, Step]) -> None:
    step = story["no Parquet"]
    _assert_failed_softly(step, story[FIRST])
    assert "batch_id=stray/data.parquet" in step.ended.err


def test_every_node_of_a_build_is_in_the_history_with_what_it_took(warehouse: Settings) -> None:
    nodes = query(warehouse.warehouse, "select kind, status, schema_name, seconds from marts.run_nodes")
    assert {"seed", "model", "test"} <= {kind for kind, *_ in nodes}
    assert {status for _, status, *_ in nodes} == {"success", "pass"}
    assert {schema for kind, _, schema, _ in nodes if kind == "model"} == {"staging", "facts", "marts"}
    assert all(seconds >= 0 for *_, seconds in nodes)
    assert sum(seconds for *_, seconds in nodes) > 0


@pytest.mark.parametrize("content", ["", '{"run_id": "2026', "[]", "null"])
def test_last_run_that_was_cut_off_is_as_good_as_none(warehouse: Settings, spare: Settings, content: str) -> None:
    (spare.data_docs).mkdir()
    (spare.data_docs / "index.html").write_text("", encoding="utf-8")
    write_last_run(spare, {"run_id": "1"})
    assert last_run(spare) == {"run_id": "1"}
    last_run_path(spare).write_text(content, encoding="utf-8")
    assert last_run(spare) is None
    assert not is_up_to_date(spare)


def test_run_whose_warehouse_or_data_docs_have_gone_is_not_up_to_date(warehouse: Settings, spare: Settings) -> None:
    write_last_run(spare, {"run_id": "1"})
    assert last_run(spare) is None
    spare.data_docs.mkdir()
    (spare.data_docs / "index.html").write_text("", encoding="utf-8")
    assert last_run(spare) is not None
    spare.warehouse.unlink()
    assert last_run(spare) is None


def test_run_is_known_by_its_lake_its_files_and_the_waivers_that_have_run_out(warehouse: Settings, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("flows", "expectations", "models", "seeds", "macros", "tests/dbt"):
        shutil.copytree(PROJECT_DIR / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dbt_project.yml", "profiles.yml", "requirements.txt"):
        shutil.copyfile(PROJECT_DIR / name, project / name)
    waiver = "- {check_id: 0123456789ab, reason: known, who: us, until: 2026-06-30}\n"
    (project / "expectations" / "waivers.yml").write_text(waiver, encoding="utf-8")
    script = (
        "import datetime as dt, pathlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from flows.pipeline.policy import fingerprint\n"
        "from flows.settings import PROJECT_DIR, get_settings\n"
        "assert str(PROJECT_DIR) == sys.argv[1]\n"
        "show = lambda day: print(fingerprint(get_settings(), dt.date(2026, *day)))\n"
        "show((6, 29)), show((6, 30)), show((7, 1)), show((7, 2))\n"
        "with pathlib.Path(PROJECT_DIR, 'models', 'facts', 'dim_items.sql').open('a') as file: file.write('-- more')\n"
        "show((6, 29))\n"
    )
    ended = in_other_process(sys.executable, "-c", script, str(project), **environment_of(warehouse.lake.parent))
    assert ended.code == 0, ended.said
    before, last_day, day_after, later, other_model = ended.out.split()
    assert before == last_day != day_after == later
    assert other_model not in {before, day_after}
