"""The expectations at the border, each on rows that it holds on and on rows that it does not, through a real checkpoint."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.border_rules import NOT_COMPARED, _tables_with_money
from flows.contract import load_contracts
from flows.ingest.control_totals import compare
from flows.ingest.manifest import ManifestFile
from flows.validate.checkpoint import load_suites, run_checkpoint
from flows.validate.gate import CheckOutcome

TABLES = """
create schema raw; create schema staging;
create table raw.claims (claim_id varchar, flag varchar, amount decimal(16, 2), batch_id varchar);
create table staging.stg_ingest__deliveries (
    batch_id varchar, delivery_id varchar, source_name varchar, region varchar, period varchar, is_current boolean
);
create table staging.stg_ingest__files (
    batch_id varchar, file_name varchar, table_name varchar, row_count bigint, control_totals varchar
);
"""
CONTRACT = {
    "relation": "raw.claims",
    "columns": ["claim_id", "flag", "amount", "batch_id"],
    "required": ["claim_id", "amount"],
    "codes": {"flag": ["0", "it's {1}:x"]},
}


def _run(folder: Path, table: str, kind: str, kwargs: dict[str, Any], statements: list[str]) -> CheckOutcome:
    database = folder / "tiny.duckdb"
    with duckdb.connect(str(database)) as connection:
        for statement in [TABLES, *statements]:
            connection.execute(statement)
    schema, name = table.split(".")
    check = {"type": kind, "kwargs": kwargs, "severity": "warning", "description": kind, "meta": {"rule": kind}}
    suite = {"name": table, "meta": {"schema": schema, "table": name}, "expectations": [check]}
    (outcome,) = run_checkpoint(database, [suite], "tiny", folder / "data_docs")
    assert outcome.status != "crashed", outcome.message
    return outcome


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["insert into raw.claims values ('a', '0', 1, 'b'), ('b', null, 2, 'b'), ('c', 'it''s {1}:x', 0, 'b')"], set()),
        (
            ["insert into raw.claims values (null, '0', 1, 'b'), (null, '9', 2, 'b'), ('c', '8', null, 'b')"],
            {("claim_id", "is empty", "2", None), ("amount", "is empty", "1", None), ("flag", "unknown code", "2", "9")},
        ),
        (
            ["insert into raw.claims values ('a', '0', 1, 'b')", "alter table raw.claims add column note varchar"],
            {("note", "is not in the contract", "1", None)},
        ),
        (
            ["insert into raw.claims values ('a', '0', 1, 'b')", "alter table raw.claims drop column batch_id"],
            {("batch_id", "is missing", "1", None)},
        ),
    ],
    ids=["holds", "rows", "a column more", "a column less"],
)
def test_rows_that_fit_the_contract_and_rows_that_do_not(
    tmp_path: Path, statements: list[str], expected: set[tuple[str, str, str, str | None]]
) -> None:
    outcome = _run(tmp_path, "raw.claims", "expect_rows_to_fit_the_contract", CONTRACT, statements)
    assert outcome.status == ("failed" if expected else "passed")
    assert {tuple(row[name] for name in sorted(row)) for row in outcome.failing_rows} == expected


def _month(
    period: str,
    rows: int,
    *,
    table: str = "setl_d",
    region: str = "shandan",
    current: bool = True,
    totals: str = "amount: 1",
) -> list[str]:
    batch = f"{region}-{period}-{rows}" + ("" if table == "setl_d" else f"-{table}")
    delivery = f"'{batch}', '{batch}', 'platform', '{region}', '{period}', {current}"
    return [
        f"insert into staging.stg_ingest__deliveries values ({delivery})",
        f"insert into staging.stg_ingest__files values ('{batch}', '{table}.csv', '{table}', {rows}, '{totals}')",
    ]


LIMITS = {"tables": ["platform.setl_d"], "least": "0.5", "most": "2", "at_least": 1}


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([*_month("2025M05", 100), *_month("2025M06", 51)], set()),
        ([*_month("2025M05", 100), *_month("2025M06", 49)], {("2025M06", "49", "100")}),
        ([*_month("2024M12", 100), *_month("2025M01", 201)], {("2025M01", "201", "100")}),
        # two deliveries of a month count together, a superseded one does not
        (
            [*_month("2025M05", 100), *_month("2025M06", 40), *_month("2025M06", 41), *_month("2025M05", 9, current=False)],
            set(),
        ),
        # another region, a month between, a period that is no month: nothing to compare
        ([*_month("2025M05", 100), *_month("2025M06", 1, region="jincheng")], set()),
        ([*_month("2025M04", 100), *_month("2025M06", 1), *_month("2025H1", 9000)], set()),
    ],
)
def test_volumes_against_the_month_before(tmp_path: Path, months: list[str], expected: set[tuple[str, str, str]]) -> None:
    outcome = _run(tmp_path, "staging.stg_ingest__files", "expect_volumes_near_the_month_before", LIMITS, months)
    assert outcome.status == ("failed" if expected else "passed")
    assert {(row["c_period"], row["d_rows"], row["e_rows_before"]) for row in outcome.failing_rows} == expected


def _claims_of(*periods: str, rows: int = 100, **options: Any) -> list[str]:
    return [statement for period in periods for statement in _month(period, rows, **options)]


YEAR_TURNS = ("2024M11", "2024M12", "2025M01", "2025M02")


@pytest.mark.parametrize(
    ("months", "absent"),
    [
        # encounters came three months and not in the fourth, across a turn of the year
        (
            _claims_of(*YEAR_TURNS) + _claims_of(*YEAR_TURNS[:3], table="mdtrt_d", rows=70),
            {("platform.mdtrt_d", "2025M02", "70")},
        ),
        # nothing of what is compared came, other tables did
        (_claims_of(*YEAR_TURNS[:3]) + _claims_of(*YEAR_TURNS, table="psn_insu_d"), {("platform.setl_d", "2025M02", "100")}),
        # they came; once; each quarter; two months; with a month between; long ago
        (_claims_of(*YEAR_TURNS) + _claims_of(*YEAR_TURNS, table="mdtrt_d"), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of("2025M01", table="mdtrt_d"), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of("2024M10", "2025M01", table="mdtrt_d"), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of("2024M12", "2025M01", table="mdtrt_d"), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of("2024M10", "2024M11", "2025M01", table="mdtrt_d"), set()),
        (_claims_of("2024M10", *YEAR_TURNS) + _claims_of("2024M10", *YEAR_TURNS[:2], table="mdtrt_d"), set()),
        # a table that is not watched, another region, a file that counts no more, files without rows
        (_claims_of(*YEAR_TURNS) + _claims_of(*YEAR_TURNS[:3], table="psn_insu_d"), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of(*YEAR_TURNS[:3], table="mdtrt_d", region="jincheng"), set()),
        (_claims_of(*YEAR_TURNS[:3]) + _claims_of("2025M02", current=False), set()),
        (_claims_of(*YEAR_TURNS) + _claims_of(*YEAR_TURNS[:3], table="mdtrt_d", rows=0), set()),
    ],
)
def test_a_table_that_did_not_come(tmp_path: Path, months: list[str], absent: set[tuple[str, str, str]]) -> None:
    watched = LIMITS | {"tables": ["platform.setl_d", "platform.mdtrt_d"]}
    outcome = _run(tmp_path, "staging.stg_ingest__files", "expect_volumes_near_the_month_before", watched, months)
    assert outcome.status == ("failed" if absent else "passed")
    assert {row["d_rows"] for row in outcome.failing_rows} <= {"did not come"}
    assert {(row["a_table"], row["c_period"], row["e_rows_before"]) for row in outcome.failing_rows} == absent


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (_month("2025M05", 5), set()),
        (_month("2025M05", 5, totals="medfee_sumamt: not compared, 1 values cannot be read"), {"shandan-2025M05-5"}),
        (
            _month("2025M05", 5, totals="psn_pay: 1; medfee_sumamt: not compared, 1 values cannot be read"),
            {"shandan-2025M05-5"},
        ),
        (_month("2025M05", 5, totals=""), {"shandan-2025M05-5"}),
        (_month("2025M05", 5, totals="", current=False) + _month("2025M06", 5), set()),
        (_month("2025M05", 0, totals="") + _month("2025M06", 5), set()),
    ],
)
def test_control_totals_of_money(tmp_path: Path, months: list[str], expected: set[str]) -> None:
    outcome = _run(tmp_path, "staging.stg_ingest__files", "expect_control_totals_of_money", {}, months)
    assert outcome.status == ("failed" if expected else "passed")
    assert {row["a_delivery"] for row in outcome.failing_rows} == expected


def test_a_total_that_was_not_compared_is_known_by_what_the_loader_writes() -> None:
    table = load_contracts()["platform"]["setl_d"]
    file = ManifestFile(name="s.csv", table="setl_d", rows=1, sha256="0" * 64, control_totals={"psn_pay": "1"})
    assert NOT_COMPARED in compare(Path("s.csv"), file, table, {"psn_pay": Decimal(1)}, {"psn_pay": 1})
    assert NOT_COMPARED not in compare(Path("s.csv"), file, table, {"psn_pay": Decimal(1)}, {"psn_pay": 0})


def test_tables_with_money_follow_from_the_contracts() -> None:
    assert {"platform.setl_d", "platform.fee_list_d", "bureau.maternity_allowance"} <= set(_tables_with_money())
    assert not {"platform.mdtrt_d", "published.figures"} & set(_tables_with_money())


def test_the_suite_of_files_warns_of_volumes_and_totals_and_stops_for_lost_rows() -> None:
    (suite,) = (suite for suite in load_suites() if suite["name"] == "staging.stg_ingest__files")
    severities = {check["type"]: check["severity"] for check in suite["expectations"]}
    assert severities["expect_rows_to_be_accounted_for"] == "critical"
    assert severities["expect_volumes_near_the_month_before"] == severities["expect_control_totals_of_money"] == "warning"
