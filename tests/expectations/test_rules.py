"""Each custom expectation on a tiny warehouse that it holds on and on one that it does not, through a real checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.validate.checkpoint import run_checkpoint
from flows.validate.gate import CheckOutcome

OPTIONAL = ("fund", "benefit_category", "care_area", "institution_level", "institution", "item")

TABLES = f"""
create schema facts; create schema marts; create schema staging;
create table marts.consistency_checks (
    check_id varchar, family varchar, rule_id varchar, document_id varchar, status varchar, severity varchar,
    statement_zh varchar, statement_en varchar, waiver varchar, residual decimal(28, 8), document_line bigint
);
create table staging.files (
    file_name varchar, batch_id varchar, row_count bigint, loaded_count bigint, quarantined_count bigint
);
create table staging.waivers (check_id varchar, reason varchar, waived_by varchar, valid_until date);
create table facts.units (unit varchar, base_unit varchar);
insert into facts.units values
    ('元', 'yuan'), ('万元', 'yuan'), ('人', 'person'), ('人次', 'visit'), ('个', 'count'), ('天', 'day'), ('%', 'pct');
create table facts.dim_measures (measure varchar, unit varchar, {", ".join(f"has_{name} boolean" for name in OPTIONAL)});
insert into facts.dim_measures values
    ('spending', 'yuan', true, true, false, false, false, false), ('visits', 'visit', true, false, false, false, false, false),
    ('days', 'day', false, false, false, false, false, false);
create table facts.figures (
    figure_id varchar, measure varchar, printed_value varchar, printed_unit varchar, value decimal(28, 8), empty_reason varchar,
    {", ".join(f"{name} varchar default 'none'" for name in OPTIONAL)}
);
"""

CONSISTENCY: list[tuple[str, dict[str, Any], str, str]] = [
    ("expect_subtotals_to_add_up", {}, "roll_up", "funds"),
    ("expect_subtotals_to_add_up", {}, "bound", "funds"),
    ("expect_subtotals_to_add_up", {"tree": "funds"}, "roll_up", "funds"),
    ("expect_components_to_sum_to_total", {"definition": "it's {a}:total"}, "formula", "it's {a}:total"),
    ("expect_formulas_to_hold", {}, "formula", "share"),
    ("expect_means_to_be_weighted", {}, "weighted_mean", "funds"),
    ("expect_one_address_to_have_one_value", {}, "agreement", "same_address"),
]


def _suites(*checks: tuple[str, str, str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Gather checks, each (table, rule, type, parameters), into a suite for each table."""
    suites: dict[str, dict[str, Any]] = {}
    for table, rule, kind, kwargs in checks:
        schema, name = table.split(".")
        suite = suites.setdefault(table, {"name": table, "meta": {"schema": schema, "table": name}, "expectations": []})
        check = {"type": kind, "kwargs": kwargs, "severity": "critical", "description": rule, "meta": {"rule": rule}}
        suite["expectations"].append(check)
    return list(suites.values())


def _run(folder: Path, statements: list[str], suites: list[dict[str, Any]]) -> dict[str, CheckOutcome]:
    database = folder / "tiny.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(TABLES)
        for statement in statements:
            connection.execute(statement)
    outcomes = run_checkpoint(database, suites, "tiny", folder / "data_docs")
    assert [outcome.message for outcome in outcomes if outcome.status == "crashed"] == []
    assert len(outcomes) == sum(len(suite["expectations"]) for suite in suites)
    return {outcome.rule: outcome for outcome in outcomes}


def _check(
    check_id: str,
    family: str,
    rule_id: str,
    status: str,
    waiver: str | None = None,
    severity: str = "warning",
    residual: str = "0.01",
) -> str:
    values = (check_id, family, rule_id, "doc", status, severity, f"{check_id} 不符", f"{check_id} is off")
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return (
        f"insert into marts.consistency_checks values ({quoted}, {'null' if waiver is None else repr(waiver)}, {residual}, 7)"
    )


FIGURE = (
    "insert into facts.figures (figure_id, measure, printed_value, printed_unit, value, empty_reason, fund, benefit_category)"
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, CheckOutcome]]:
    """What each rule says of a warehouse that is in order, and of one in which everything is broken."""
    covered = sorted({(family, rule_id) for *_, family, rule_id in CONSISTENCY})
    checks = {f"{kind} {kwargs}": (kind, kwargs) for kind, kwargs, *_ in CONSISTENCY}
    checks["two of a tree"] = ("expect_subtotals_to_add_up", {"tree": "regions", "at_least": 2})
    checks["ours"] = ("expect_formulas_to_hold", {"severity_of_checks": "critical"})
    suites = _suites(
        *(("marts.consistency_checks", rule, kind, kwargs) for rule, (kind, kwargs) in checks.items()),
        ("staging.files", "rows", "expect_rows_to_be_accounted_for", {}),
        ("facts.figures", "addresses", "expect_addresses_to_fit_the_catalogue", {}),
        ("facts.figures", "reasons", "expect_value_or_reason", {}),
        ("staging.waivers", "waivers", "expect_waivers_to_match_findings", {}),
    )
    good = [_check(f"{family} {rule}", family, rule, "consistent") for family, rule in covered]
    good += [_check(f"{family} {rule} r", family, rule, "rounding") for family, rule in covered]
    good += [
        _check("w", "agreement", "same_address", "inconsistent", waiver="known"),
        _check("r1", "roll_up", "regions", "consistent"),
        _check("r2", "bound", "regions", "inconsistent", waiver="known"),
        _check("ours", "formula", "share", "consistent", severity="critical"),
        "insert into staging.files values ('a.csv', 'b', 10, 8, 2), ('b.csv', 'b', 0, 0, 0)",
        "insert into staging.waivers values ('w', 'known', 'us', current_date)",
        f"{FIGURE} values ('1', 'spending', '1.5', '万元', 15000, null, 'basic', 'all'),"
        " ('2', 'visits', '3', '人', 3, null, 'all', 'none'),"
        " ('3', 'days', 'XX', null, null, 'withheld', 'none', 'none')",
    ]
    bad = [
        _check(f"{family} {rule}", family, rule, "inconsistent", residual="12345678901234567.12345678")
        for family, rule in covered
    ]
    bad += [
        _check("r1", "roll_up", "regions", "consistent"),
        _check("r2", "roll_up", "regions", "undecidable"),
        _check("ours", "formula", "share", "inconsistent", severity="critical"),
        "insert into staging.files values ('a.csv', 'b', 10, 8, 1), ('b.csv', 'b', null, 0, 0), ('c.csv', 'b', 1, 1, 0)",
        "insert into staging.waivers values ('agreement same_address', 'late', 'us', current_date - 1),"
        " ('r1', 'holds', 'us', '2999-12-31'),"
        " ('gone', 'none', 'us', '2999-12-31')",
        f"{FIGURE} values ('unknown', 'no_such', '1', '元', 1, null, 'none', 'none'),"
        " ('stray', 'days', '1', '天', 1, null, 'basic', 'none'),"
        " ('lacks', 'spending', '1', '元', 1, null, 'none', 'all'), ('unit', 'spending', '1', '天', 1, null, 'all', 'all'),"
        " ('good', 'spending', '1', '元', 1, null, 'all', 'all'), ('neither', 'days', '', null, null, null, 'none', 'none'),"
        " ('both', 'days', '1', '天', 1, 'blank', 'none', 'none')",
    ]
    return {
        "good": _run(tmp_path_factory.mktemp("good"), good, suites),
        "bad": _run(tmp_path_factory.mktemp("bad"), bad, suites),
    }


def test_all_rules_hold_on_a_warehouse_in_order(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    assert {rule: outcome.status for rule, outcome in outcomes["good"].items()} == dict.fromkeys(outcomes["good"], "passed")
    assert {(o.failing_count, o.failing_rows) for o in outcomes["good"].values()} == {(0, ())}


@pytest.mark.parametrize(("kind", "kwargs", "family", "rule_id"), CONSISTENCY)
def test_inconsistent_check_fails_its_rule_and_says_it_in_words(
    outcomes: dict[str, dict[str, CheckOutcome]], kind: str, kwargs: dict[str, Any], family: str, rule_id: str
) -> None:
    outcome = outcomes["bad"][f"{kind} {kwargs}"]
    assert outcome.status == "failed"
    shown = {row["f_check_id"]: row for row in outcome.failing_rows}
    assert len(shown) == outcome.failing_count
    row = shown[f"{family} {rule_id}"]
    assert row["a_statement_zh"] == f"{family} {rule_id} 不符"
    assert row["b_statement_en"] == f"{family} {rule_id} is off"
    assert (row["c_document"], row["d_line"]) == ("doc", "7")
    # every digit: GX would show a DECIMAL as a float
    assert row["e_residual"] == "12345678901234567.12345678"


def test_rules_look_at_what_they_cover_and_at_nothing_else(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    seen = {
        rule: {row["f_check_id"] for row in o.failing_rows} for rule, o in outcomes["bad"].items() if rule.startswith("expect")
    }
    assert seen["expect_subtotals_to_add_up {}"] == {"roll_up funds", "bound funds"}
    assert seen["expect_subtotals_to_add_up {'tree': 'funds'}"] == {"roll_up funds", "bound funds"}
    assert seen["expect_formulas_to_hold {}"] == {"formula share", "formula it's {a}:total"}
    assert seen["expect_means_to_be_weighted {}"] == {"weighted_mean funds"}
    assert seen["expect_one_address_to_have_one_value {}"] == {"agreement same_address"}
    (components,) = (ids for rule, ids in seen.items() if rule.startswith("expect_components"))
    assert components == {"formula it's {a}:total"}
    assert [row["f_check_id"] for row in outcomes["bad"]["ours"].failing_rows] == ["ours"]


def test_rule_that_decided_too_little_fails_and_says_so(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    outcome = outcomes["bad"]["two of a tree"]
    assert (outcome.status, outcome.failing_count) == ("failed", 1)
    (row,) = outcome.failing_rows
    assert row["a_statement_zh"] == "只判定了 1 项校验，至少应有 2 项"
    assert row["b_statement_en"] == "only 1 checks could be decided, at least 2 are expected"


def test_files_whose_rows_do_not_add_up_are_named(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    outcome = outcomes["bad"]["rows"]
    assert {
        (row["file_name"], row["row_count"], row["loaded_count"], row["quarantined_count"]) for row in outcome.failing_rows
    } == {
        ("a.csv", "10", "8", "1"),
        ("b.csv", None, "0", "0"),
    }


def test_figures_that_the_catalogue_does_not_know_are_named(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    outcome = outcomes["bad"]["addresses"]
    assert {row["figure_id"] for row in outcome.failing_rows} == {"unknown", "stray", "lacks", "unit"}
    assert outcome.failing_count == 4


def test_figures_with_neither_value_nor_reason_or_with_both_are_named(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    assert {row["figure_id"] for row in outcomes["bad"]["reasons"].failing_rows} == {"neither", "both"}


def test_waivers_that_fit_nothing_or_have_run_out_are_named(outcomes: dict[str, dict[str, CheckOutcome]]) -> None:
    assert {row["check_id"]: row["fault"] for row in outcomes["bad"]["waivers"].failing_rows} == {
        "agreement same_address": "has run out",
        "r1": "matches no finding",
        "gone": "matches no finding",
    }


def test_rule_that_cannot_run_is_a_crash_not_a_pass(tmp_path: Path) -> None:
    database = tmp_path / "tiny.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts; create table marts.consistency_checks as select 1 as something_else")
    suites = _suites(
        ("marts.consistency_checks", "formulas", "expect_formulas_to_hold", {}),
        ("marts.not_there", "formulas", "expect_formulas_to_hold", {}),
    )
    (outcome,) = run_checkpoint(database, suites, "tiny", tmp_path / "data_docs")
    assert (outcome.rule, outcome.status) == ("formulas", "crashed")
    assert "severity" in outcome.message or "family" in outcome.message


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [
        ("expect_components_to_sum_to_total", {}),
        ("expect_subtotals_to_add_up", {"at_least": "many"}),
        ("expect_no_such_thing", {}),
    ],
)
def test_misspelt_suite_is_an_error_not_a_check_less(tmp_path: Path, kind: str, kwargs: dict[str, Any]) -> None:
    database = tmp_path / "tiny.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts; create table marts.t as select 1 as a")
    with pytest.raises(Exception, match=r"definition|at_least|expect_no_such_thing"):
        run_checkpoint(database, _suites(("marts.t", "misspelt", kind, kwargs)), "tiny", tmp_path / "data_docs")
