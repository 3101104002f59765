"""The checks of a build through the real checkpoint: what stops the publish, what does not, and what is left to read."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from flows.settings import Settings, get_settings
from flows.validate.checkpoint import load_suites
from tests.conftest import environment_of
from tests.flows.runs import Ended, assert_lock_is_free, checks_of, medfund, query, sha256

# what a browser loads by itself; an ordinary link stays
EXTERNAL = re.compile(
    r"""<(?!a\s)[^>]*\s(?:src|href)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//""", re.I
)


@dataclass(frozen=True)
class Validated:
    ended: Ended
    settings: Settings
    run_id: str
    checks: dict[tuple[str, str], tuple[str, str, int]]
    published_before: str
    published_after: str

    @property
    def broken(self) -> dict[tuple[str, str], tuple[str, str, int]]:
        return {check: said for check, said in self.checks.items() if said[0] != "passed"}


@pytest.fixture(scope="module")
def validate_after(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Validated]]:
    """A function that changes a copy of the build by SQL and runs `medfund validate` on it."""
    with pytest.MonkeyPatch.context() as patch:

        def validate(*statements: str) -> Validated:
            folder = tmp_path_factory.mktemp("validated")
            for name, value in environment_of(folder, lake=warehouse.lake).items():
                patch.setenv(name, value)
            get_settings.cache_clear()
            settings = get_settings()
            settings.warehouse.parent.mkdir(parents=True)
            shutil.copyfile(warehouse.warehouse, settings.warehouse)
            shutil.copyfile(warehouse.build_warehouse, settings.build_warehouse)
            with duckdb.connect(str(settings.build_warehouse)) as connection:
                for statement in statements:
                    connection.execute(statement)
            before = sha256(settings.warehouse)
            ended = medfund("validate")
            (run_id,) = query(settings.build_warehouse, "select max(run_id) from marts.run_checks")[0]
            return Validated(ended, settings, run_id, checks_of(settings, run_id), before, sha256(settings.warehouse))

        yield validate
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def wrong_row(validate_after: Callable[..., Validated]) -> Validated:
    """A figure of a measure that the catalogue does not know, written into the facts of a build."""
    return validate_after(
        "insert into facts.fct_published_figures select * replace ('stray:1' as figure_id, 'no_such_measure' as measure, "
        "'<img src=//evil.example/x>&1' as printed_value) from facts.fct_published_figures limit 1"
    )


@pytest.fixture(scope="module")
def ruins(validate_after: Callable[..., Validated]) -> Validated:
    """A build without one table, with an empty one, and with one that a check cannot be run on."""
    return validate_after(
        "drop table marts.published_tables",
        "create table staging.emptied as from staging.stg_ingest__files limit 0",
        "drop view staging.stg_ingest__files",
        "alter table staging.emptied rename to stg_ingest__files",
        "alter table facts.fct_published_figures rename column value_high to value_top",
    )


def test_critical_check_stops_the_publish(wrong_row: Validated) -> None:
    assert wrong_row.ended.code == 6, wrong_row.ended.said
    stops = {check for check, (_, severity, _) in wrong_row.broken.items() if severity == "critical"}
    # a row behind the engine's back is in no check and in no list of uncovered figures either
    assert stops == {
        ("facts.fct_published_figures", "addresses_fit_the_catalogue"),
        ("facts.fct_published_figures", "every_figure_is_accounted_for"),
    }
    assert wrong_row.checks["facts.fct_published_figures", "addresses_fit_the_catalogue"] == ("failed", "critical", 1)
    assert "ChecksFailed: 2 checks stop the publish: " in wrong_row.ended.err
    assert "facts.fct_published_figures: addresses_fit_the_catalogue (failed, 1 rows)" in wrong_row.ended.err
    assert "The published warehouse is as it was." in wrong_row.ended.err
    assert wrong_row.published_after == wrong_row.published_before


def test_every_check_of_every_suite_is_recorded_once(wrong_row: Validated) -> None:
    expected = {(suite["name"], check["meta"]["rule"]) for suite in load_suites() for check in suite["expectations"]}
    assert set(wrong_row.checks) == expected
    count = query(
        wrong_row.settings.build_warehouse, "select count(*) from marts.run_checks where run_id = ?", wrong_row.run_id
    )
    assert count == [(len(expected),)]


def test_rows_that_broke_a_check_can_be_read_in_the_build(wrong_row: Validated) -> None:
    rows = query(
        wrong_row.settings.build_warehouse,
        "select rule, row_no, row_text from marts.run_failing_rows where run_id = ? and suite = 'facts.fct_published_figures'",
        wrong_row.run_id,
    )
    assert {rule for rule, _, _ in rows} == {"addresses_fit_the_catalogue", "every_figure_is_accounted_for"}
    ((number, text),) = [(number, text) for rule, number, text in rows if rule == "addresses_fit_the_catalogue"]
    assert number == 1
    assert json.loads(text)["figure_id"] == "stray:1"
    assert json.loads(text)["printed_value"] == "<img src=//evil.example/x>&1"


def test_failing_rows_of_a_warning_are_as_many_as_it_counts(wrong_row: Validated) -> None:
    counted = {
        (suite, rule): count
        for suite, rule, count in query(
            wrong_row.settings.build_warehouse,
            "select suite, rule, count(*) from marts.run_failing_rows where run_id = ? group by all",
            wrong_row.run_id,
        )
    }
    assert counted == {check: failing for check, (_, _, failing) in wrong_row.broken.items()}


def test_data_docs_show_the_failing_rows_and_need_no_internet(wrong_row: Validated) -> None:
    docs = wrong_row.settings.data_docs
    assert (docs / "index.html").is_file()
    pages = list(docs.rglob("*.html"))
    (page,) = (docs / "validations" / "facts" / "fct_published_figures").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "stray:1" in text
    assert "no_such_measure" in text
    assert "&lt;img src=//evil.example/x&gt;&amp;1" in text
    assert "<img src=//evil" not in text
    for path in [*pages, *docs.rglob("*.css")]:
        assert not EXTERNAL.search(path.read_text(encoding="utf-8")), path
    assert not list(docs.parent.glob(".data_docs.*"))


def test_failed_warnings_do_not_stop(warehouse: Settings) -> None:
    (run_id,) = query(warehouse.warehouse, "select max(run_id) from marts.run_checks")[0]
    broken = [said for said in checks_of(warehouse, run_id).values() if said[0] != "passed"]
    assert broken
    assert {said[:2] for said in broken} == {("failed", "warning")}


def test_missing_table_stops(ruins: Validated) -> None:
    assert ruins.ended.code == 6, ruins.ended.said
    suite = "marts.published_tables"
    of_suite = {rule: said for (name, rule), said in ruins.checks.items() if name == suite}
    assert of_suite == {
        "one_figure_a_cell": ("not run", "critical", 0),
        "rows_have_headings": ("not run", "critical", 0),
    }


def test_empty_table_stops_though_each_check_on_it_passes(ruins: Validated) -> None:
    of_suite = {rule: said for (name, rule), said in ruins.checks.items() if name == "staging.stg_ingest__files"}
    assert of_suite.pop("table_holds_rows") == ("failed", "critical", 1)
    assert {status for status, *_ in of_suite.values()} == {"passed"}
    assert "staging.stg_ingest__files: table_holds_rows (failed, 1 rows)" in ruins.ended.err


def test_crashed_check_stops_and_says_why(ruins: Validated) -> None:
    check = ("facts.fct_published_figures", "intervals_are_not_turned_round")
    assert ruins.checks[check][0] == "crashed"
    ((message,),) = query(
        ruins.settings.build_warehouse,
        "select message from marts.run_checks where run_id = ? and suite = ? and rule = ?",
        ruins.run_id,
        *check,
    )
    assert "value_high" in message
    assert f"{check[0]}: {check[1]} (crashed" in ruins.ended.err


def test_stopped_publish_is_untouched_and_data_docs_are_there_all_the_same(ruins: Validated) -> None:
    assert ruins.published_after == ruins.published_before
    assert (ruins.settings.data_docs / "index.html").is_file()


def test_lock_is_free_after_validation(wrong_row: Validated, ruins: Validated) -> None:
    for validated in (wrong_row, ruins):
        assert_lock_is_free(validated.settings.build_warehouse)


def test_build_without_a_single_table_stops(spare: Settings) -> None:
    spare.build_warehouse.unlink()
    duckdb.connect(str(spare.build_warehouse)).close()
    ended = medfund("validate")
    assert ended.code == 6, ended.said
    checks = query(
        spare.build_warehouse, "select distinct status, rule = 'table_holds_rows' from marts.run_checks order by all"
    )
    # waivers may be empty, but not missing
    assert checks == [("failed", True), ("not run", False)]
    assert (spare.data_docs / "index.html").is_file()


def test_table_that_cannot_be_read_stops(spare_lake: Settings) -> None:
    missing = spare_lake.lake / "published" / "gone.parquet"
    shutil.copyfile(next((spare_lake.lake / "published" / "figures").rglob("*.parquet")), missing)
    with duckdb.connect(str(spare_lake.build_warehouse)) as connection:
        connection.execute(f"create or replace view raw.published_figures as from '{missing}'")
    missing.unlink()
    ended = medfund("validate")
    assert ended.code == 6, ended.said
    of_suite = "select distinct status from marts.run_checks where suite = 'raw.published_figures' and run_id = ?"
    (run_id,) = query(spare_lake.build_warehouse, "select max(run_id) from marts.run_checks")[0]
    assert query(spare_lake.build_warehouse, of_suite, run_id) == [("not run",)]
    assert "raw.published_figures: rows_fit_the_contract (not run" in ended.err


def test_missing_build_is_an_error(spare: Settings) -> None:
    spare.build_warehouse.unlink()
    ended = medfund("validate")
    assert ended.code == 5
    assert f"{spare.build_warehouse} is not there: run `medfund transform` first" in ended.err
    assert not Path(spare.build_warehouse).exists()
