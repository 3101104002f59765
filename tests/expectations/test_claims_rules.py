"""How much of what a rule finds is too much: in a month by itself, and in all months together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.validate.checkpoint import run_checkpoint
from flows.validate.gate import CheckOutcome

TABLES = """
create schema marts;
create table marts.claim_rule_results (rule varchar, settlement_month date, claim_count bigint, finding_count bigint);
create table marts.claim_findings (
    rule varchar, settlement_month date, settlement_id varchar, statement_zh varchar, statement_en varchar, detail varchar,
    amount decimal(18, 2), institution_code varchar, batch_id varchar, source_file varchar, source_line bigint
);
"""
FIVE_YEARS = [f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13)]
KEEP, MAPPED = "expect_claims_to_keep_rule", "expect_codes_to_be_mapped"


def _judge(folder: Path, months: dict[str, tuple[int, int]], kind: str = KEEP, **kwargs: Any) -> CheckOutcome:
    """Judge months with so many claims and findings."""
    database = folder / "tiny.duckdb"
    rule = "codes_mapped" if kind == MAPPED else "payers_sum"
    with duckdb.connect(str(database)) as connection:
        connection.execute(TABLES)
        for month, (claims, findings) in months.items():
            connection.execute(f"insert into marts.claim_rule_results values ('{rule}', '{month}-01', {claims}, {findings})")
            connection.execute(
                f"insert into marts.claim_findings by name select '{rule}' as rule, date '{month}-01' as settlement_month, "
                f"'{month}-' || n as settlement_id, 'med_type 8888' as detail, 1 as amount from range({findings}) as t(n)"
            )
    if kind == KEEP:
        kwargs["rule"] = rule
    check = {"type": kind, "kwargs": kwargs, "severity": "warning", "description": kind, "meta": {"rule": rule}}
    meta = {"schema": "marts", "table": "claim_rule_results"}
    suite = {"name": "marts.claim_rule_results", "meta": meta, "expectations": [check]}
    (outcome,) = run_checkpoint(database, [suite], "tiny", folder / "data_docs")
    assert outcome.status != "crashed", outcome.message
    return outcome


@pytest.mark.parametrize(
    ("months", "exceeded", "shown"),
    [
        # a fault of the latest month is 0.8 % of five years
        (dict.fromkeys(FIVE_YEARS, (1000, 0)) | {"2024-12": (1000, 500)}, "2024-12", 500),
        (dict.fromkeys(FIVE_YEARS, (1000, 0)) | {"2020-01": (100, 2), "2024-12": (1000, 11)}, "2020-01, 2024-12", 13),
        # as much as the rule allows
        (dict.fromkeys(FIVE_YEARS, (1000, 10)), None, 0),
        # a month of few claims says little by itself, and counts with the others
        ({"2024-11": (1000, 0), "2024-12": (99, 10)}, None, 0),
        ({"2024-11": (99, 1), "2024-12": (99, 1)}, "all months together", 2),
        ({"2024-11": (99, 1), "2024-12": (1000, 20)}, "all months together, 2024-12", 21),
        # charge lines without a claim
        ({"2024-12": (0, 1)}, "all months together", 1),
        ({}, None, 0),
    ],
)
def test_a_month_is_judged_by_itself_and_all_together(
    tmp_path: Path, months: dict[str, tuple[int, int]], exceeded: str | None, shown: int
) -> None:
    outcome = _judge(tmp_path, months, max_share=0.01)
    assert (outcome.status, outcome.failing_count) == ("failed" if exceeded else "passed", shown)
    assert {row["i_too_many_in"] for row in outcome.failing_rows} == ({exceeded} if exceeded else set())


@pytest.mark.parametrize(("max_share", "claims"), [(0, "3"), (0.01, "2")])
def test_codes_are_counted_in_the_months_that_have_too_many(tmp_path: Path, max_share: float, claims: str) -> None:
    months = {"2024-11": (1000, 1), "2024-12": (100, 2)}
    (row,) = _judge(tmp_path, months, MAPPED, max_share=max_share).failing_rows
    assert (row["a_code"], row["b_claims"]) == ("med_type 8888", claims)
    assert "2024-12" in row["e_too_many_in"]
