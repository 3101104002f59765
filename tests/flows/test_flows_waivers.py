"""Waivers: the file, what a waiver does to a finding, and what becomes of one that fits nothing or has run out."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.errors import ContractError, ExitCode
from flows.settings import Settings, get_settings
from flows.transform.dbt import node_results, run_dbt
from flows.transform.waivers import Waiver, read_waivers, write_waivers
from tests.conftest import environment_of
from tests.flows.runs import assert_lock_is_free, checks_of, medfund, query

GOOD = "- {check_id: 0123456789ab, reason: 已书面更正, who: 基金财务科, until: 2026-12-31}\n"


def test_file_of_the_project_can_be_read() -> None:
    assert isinstance(read_waivers(), list)


def test_waivers_are_read_with_their_reason_and_day(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(GOOD, encoding="utf-8")
    day = dt.date(2026, 12, 31)
    assert read_waivers(path) == [Waiver(check_id="0123456789ab", reason="已书面更正", who="基金财务科", until=day)]


@pytest.mark.parametrize("text", ["", "[]\n", "# only a comment\n"])
def test_file_may_hold_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(text, encoding="utf-8")
    assert read_waivers(path) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("0123456789ab", "xyz"), "0.check_id: String should match pattern"),
        (GOOD.replace("0123456789ab", "123456789012"), "0.check_id: Input should be a valid string"),
        (GOOD.replace("reason: 已书面更正, ", ""), "0.reason: Field required"),
        (GOOD.replace("已书面更正", '""'), "0.reason: String should have at least 1 character"),
        (GOOD.replace("基金财务科", "''"), "0.who: String should have at least 1 character"),
        (GOOD.replace("2026-12-31", "soon"), "0.until: Input should be a valid date"),
        (GOOD.replace(", until: 2026-12-31", ""), "0.until: Field required"),
        (GOOD + GOOD.replace("who", "by").replace("9ab", "9ac"), "1.by: Extra inputs are not permitted"),
        ("check_id: 0123456789ab\n", "Input should be a valid list"),
        ("- just words\n", "0: Input should be a valid dictionary"),
        ("- {check_id: 1", "not readable as YAML in UTF-8"),
        (GOOD + GOOD, "0123456789ab is waived twice"),
    ],
)
def test_malformed_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as refused:
        read_waivers(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
    assert refused.value.exit_code == ExitCode.USAGE


def test_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(ContractError, match="not readable as YAML in UTF-8"):
        read_waivers(path)


@pytest.fixture(scope="module")
def waived(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A real finding waived, first until tomorrow, then until yesterday and beside a waiver that fits nothing."""
    folder = tmp_path_factory.mktemp("waived")
    shutil.copytree(warehouse.lake, folder / "lake")
    (check_id,) = query(
        warehouse.warehouse,
        "select min(check_id) from marts.consistency_findings where family = 'agreement'",
    )[0]
    today = dt.datetime.now().astimezone().date()
    day = dt.timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        settings.warehouse.parent.mkdir(parents=True)
        shutil.copyfile(warehouse.build_warehouse, settings.build_warehouse)
        write_waivers(settings.lake, [Waiver(check_id=check_id, reason="已书面更正", who="财务科", until=today + day)])
        built = run_dbt(
            settings, "build", "--select", "dim_waivers", "consistency_checks", "consistency_findings", show_nodes=False
        )
        assert_lock_is_free(settings.build_warehouse)
        good = medfund("validate")
        stale = [
            Waiver(check_id=check_id, reason="已书面更正", who="财务科", until=today - day),
            Waiver(check_id="0" * 12, reason="gone", who="财务科", until=today + day),
        ]
        write_waivers(settings.lake, stale)
        bad = medfund("validate")
    get_settings.cache_clear()
    runs = [run for (run,) in query(settings.build_warehouse, "select distinct run_id from marts.run_checks order by 1")]
    return {
        "settings": settings,
        "check_id": check_id,
        "nodes": node_results(built),
        "good": good,
        "bad": bad,
        "checks": [checks_of(settings, run) for run in runs],
        "bad_run": runs[-1],
    }


def test_waived_finding_is_shown_with_its_reason(waived: dict[str, Any]) -> None:
    assert {node.status for node in waived["nodes"]} == {"success", "pass"}
    database = waived["settings"].build_warehouse
    shown = query(database, "select check_id, waiver from marts.consistency_findings where waiver is not null")
    assert shown == [(waived["check_id"], "已书面更正")]


def test_waiver_takes_one_row_off_its_check_and_leaves_the_others(waived: dict[str, Any]) -> None:
    assert waived["good"].code == 0, waived["good"].said
    before, after, _ = waived["checks"]
    suite = "marts.consistency_checks"
    changed = {check: (before[check], after[check]) for check in before if before[check] != after[check]}
    assert list(changed) == [(suite, "one_address_one_value")]
    (_, _, rows), (status, severity, fewer) = changed[suite, "one_address_one_value"]
    assert (status, severity, fewer) == ("failed", "warning", rows - 1)
    assert after["staging.stg_ingest__waivers", "waivers_match_findings"][0] == "passed"


def test_waiver_that_has_run_out_or_fits_nothing_stops_the_publish(waived: dict[str, Any]) -> None:
    assert waived["bad"].code == ExitCode.CHECKS_FAILED, waived["bad"].said
    check = ("staging.stg_ingest__waivers", "waivers_match_findings")
    assert waived["checks"][2][check] == ("failed", "critical", 2)
    assert f"1 checks stop the publish: {check[0]}: {check[1]}" in waived["bad"].err
    rows = query(
        waived["settings"].build_warehouse,
        "select row_text ->> 'check_id', row_text ->> 'fault' from marts.run_failing_rows where run_id = ? and rule = ?",
        waived["bad_run"],
        check[1],
    )
    assert dict(rows) == {waived["check_id"]: "has run out", "0" * 12: "matches no finding"}


def test_writing_none_takes_the_earlier_ones_away(tmp_path: Path) -> None:
    waiver = Waiver(check_id="0" * 12, reason="r", who="w", until=dt.date(2026, 1, 1))
    read = "select check_id, reason, waived_by, valid_until from read_parquet(?)"
    pattern = str(tmp_path / "ingest" / "waivers" / "*" / "data.parquet")
    write_waivers(tmp_path, [waiver])
    assert duckdb.execute(read, [pattern]).fetchall() == [("0" * 12, "r", "w", dt.date(2026, 1, 1))]
    write_waivers(tmp_path, [])
    assert duckdb.execute(read, [pattern]).fetchall() == []
