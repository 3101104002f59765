"""The fund marts of the two cities that deliver funds, and what their documents print of them."""

from __future__ import annotations

import csv
from decimal import Decimal

import duckdb
import pytest
import yaml

from flows.settings import PROJECT_DIR

YIYANG, PANZHIHUA = "yiyang_2025_department_performance", "panzhihua_2025_fund_budget_performance"


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    (row,) = connection.execute(sql).fetchall()
    return row


@pytest.mark.parametrize(("document", "reproduced"), [(YIYANG, 145), (PANZHIHUA, 32)])
def test_documents_of_funds_are_reproduced_or_explained(connection, document, reproduced):
    query = "select status, count(*) from marts.reconciliation where document_id = ? group by status"
    counts = dict(connection.execute(query, [document]).fetchall())
    assert counts.get("unexplained", 0) == 0
    assert counts["reproduced"] >= reproduced


def test_annex_four_is_reproduced_cell_by_cell(connection):
    query = f"""
        select table_id, status, count(*) from marts.reconciliation
        where document_id = '{YIYANG}' and table_id in ('T11', 'T12') group by all order by all
    """
    assert connection.execute(query).fetchall() == [("T11", "reproduced", 57), ("T12", "reproduced", 54)]


def test_what_panzhihua_has_wrong_comes_out_as_explained(connection):
    query = f"""
        select measure, printed_value, round(computed_value, 2) from marts.reconciliation
        where document_id = '{PANZHIHUA}' and status = 'explained' and measure in
            ('enrolment_rate', 'enrolment_completion', 'income_execution_rate') group by all order by all
    """
    assert connection.execute(query).fetchall() == [
        ("enrolment_completion", "99.25", Decimal("99.82")),
        ("enrolment_rate", "89.85", Decimal("89.78")),
        ("income_execution_rate", "103.60", Decimal("103.61")),
    ]


def test_nothing_is_broken_and_our_own_figures_agree(connection):
    assert connection.execute("select * from marts.fund_findings").fetchall() == []
    query = "select status, count(*) from marts.consistency_checks where document_id = 'medfund' group by status"
    checks = dict(connection.execute(query).fetchall())
    assert checks.get("inconsistent", 0) == 0
    assert checks["consistent"] > 1000


def test_a_city_is_its_divisions_without_what_they_pay_each_other(connection):
    query = """
        select
            sum(amount) filter (region = 'yiyang'),
            sum(amount) filter (region in ('yiyang_direct', 'ziyang', 'heshan', 'nanxian', 'taojiang', 'anhua', 'yuanjiang'))
        from marts.fund_statement where version = 'actual' and period = '2025' and fund = 'employee' and line = '{}'
    """
    for line in ("benefits", "income_own", "surplus", "closing_balance"):
        city, divisions = one(connection, query.format(line))
        assert city == divisions != 0, line
    for line in ("income", "from_below", "from_above", "to_above"):
        city, divisions = one(connection, query.format(line))
        assert divisions > city, line


def test_the_statement_stands_in_the_national_order(connection):
    query = """
        select line from marts.fund_statement
        where region = 'yiyang' and period = '2025' and version = 'actual' and fund = 'resident' order by position
    """
    lines = [line for (line,) in connection.execute(query).fetchall()]
    assert lines[:3] == ["opening_balance", "income", "income_own"]
    assert lines[-4:] == ["to_below", "to_above", "surplus", "closing_balance"]
    assert (lines.index("from_below") + 1, len(lines)) == (lines.index("expenditure"), 18)


def test_a_balance_is_unknown_where_that_of_an_account_is(connection):
    query = """
        select fund, max(surplus) is not null, max(closing_balance) from marts.fund_statement
        where region = 'panzhihua' and period = '2025' and version = 'actual' group by fund order by fund
    """
    assert connection.execute(query).fetchall() == [
        ("employee", True, None),
        ("employee_account", True, None),
        ("employee_pooled", True, Decimal("1870254000.00")),
    ]


def test_both_conventions_of_the_surplus_rate_are_there(connection):
    query = """
        select region, surplus_rate_base, surplus_rate = surplus_over_income, surplus_rate = surplus_over_balance
        from marts.fund_indicators where fund = 'employee_pooled' and period = '2025' and region in ('yiyang', 'panzhihua')
        order by region
    """
    assert connection.execute(query).fetchall() == [
        ("panzhihua", "closing_balance", False, True),
        ("yiyang", "income", True, False),
    ]


def test_every_statement_of_spread_months_says_that_it_is_synthetic(connection):
    actual, budget = one(
        connection,
        "select bool_and(is_synthetic) filter (version = 'actual'), bool_or(is_synthetic) filter (version = 'budget') "
        "from marts.fund_statement",
    )
    assert (actual, budget) == (True, False)


def test_suite_and_seed_say_the_same_of_each_rule():
    with (PROJECT_DIR / "seeds" / "codes" / "fund_rules.csv").open(encoding="utf-8", newline="") as file:
        seed = {row["rule"]: (row["severity"], row["who_fixes"]) for row in csv.DictReader(file)}
    path = PROJECT_DIR / "expectations" / "suites" / "fund_findings.yml"
    suite = yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]
    assert {c["kwargs"]["rule"]: (c["severity"], c["meta"]["who_fixes"]) for c in suite} == seed
    assert all(check["meta"]["rule"] == check["kwargs"]["rule"] for check in suite)
