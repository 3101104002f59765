"""What the engine says of the five bundled documents, held against a separate recomputation of their sums and rates."""

from __future__ import annotations

import json

import duckdb
import pytest
from openpyxl import load_workbook

from flows.errors import UsageError
from flows.findings import explain, read_findings, render_findings
from flows.settings import PROJECT_DIR, Settings

# checks that can be decided, at least; they fall when an address, a tree or a definition is lost
DECIDED_AT_LEAST = {
    ("hunan_city_2025h1_work_summary", "roll_up"): 2,
    ("jincheng_2026_total_budget", "agreement"): 44,
    ("jincheng_2026_total_budget", "roll_up"): 12,
    ("panzhihua_2025_fund_budget_performance", "formula"): 13,
    ("shandan_2025h1_fund_operations", "agreement"): 300,
    ("shandan_2025h1_fund_operations", "formula"): 620,
    ("shandan_2025h1_fund_operations", "roll_up"): 160,
    ("shandan_2025h1_fund_operations", "weighted_mean"): 90,
    ("yiyang_2025_department_performance", "agreement"): 80,
    ("yiyang_2025_department_performance", "formula"): 55,
    ("yiyang_2025_department_performance", "roll_up"): 60,
}
# what may stand in no check that can be decided, at most
UNCOVERED_AT_MOST = {
    "hunan_city_2025h1_work_summary": 68,
    "jincheng_2026_total_budget": 5,
    "panzhihua_2025_fund_budget_performance": 19,
    "shandan_2025h1_fund_operations": 8,
    "yiyang_2025_department_performance": 42,
}


def test_the_page_of_findings_is_what_the_command_writes(warehouse: Settings):
    written = render_findings(read_findings(warehouse.warehouse), "markdown")
    page = (PROJECT_DIR / "docs" / "findings.md").read_text(encoding="utf-8")
    assert page == written, "run `medfund findings --format markdown --output docs/findings.md` and read the difference"


def test_checks_of_every_family_are_decided(connection: duckdb.DuckDBPyConnection):
    decided = {
        (document, family): count
        for document, family, count in connection.execute(
            "select document_id, family, count(*) from marts.consistency_checks where status <> 'undecidable' group by all"
        ).fetchall()
    }
    short = {key: decided.get(key, 0) for key, least in DECIDED_AT_LEAST.items() if decided.get(key, 0) < least}
    assert short == {}


def test_few_figures_stand_in_no_check(connection: duckdb.DuckDBPyConnection):
    uncovered = dict(
        connection.execute(
            "select document_id, count(*) from marts.figures_without_checks where document_id <> 'medfund' group by all"
        ).fetchall()
    )
    assert {d: n for d, n in uncovered.items() if n > UNCOVERED_AT_MOST[d]} == {}


def test_jincheng_has_no_error(warehouse: Settings):
    assert read_findings(warehouse.warehouse, "jincheng") == []


@pytest.mark.parametrize(
    ("document", "line", "printed"),
    [
        ("shandan", 61, "28.46"),
        ("shandan", 62, "65.06"),
        ("shandan", 63, "5.95"),
        ("shandan", 331, "2.9"),
        ("shandan", 355, "0.48"),
        ("shandan", 492, "0.00"),
        ("shandan", 536, "4.44"),
        ("shandan", 552, "0.00"),
        ("yiyang", 36, "43.42"),
        ("yiyang", 133, "20092.71"),
        ("yiyang", 132, "1123.77"),
        ("yiyang", 78, "11.43"),
        ("panzhihua", 24, "99.25"),
        ("hunan", 10, "501.25"),
    ],
)
def test_a_known_error_is_found_at_its_place(warehouse: Settings, document: str, line: int, printed: str):
    found = {(row["document_line"], row["printed_value"]) for row in read_findings(warehouse.warehouse, document)}
    assert (line, printed) in found


@pytest.mark.parametrize(
    ("document", "line"),
    [
        # the mean of all health centres: one of them prints 0.00 for a visit that took place
        ("shandan", 589),
        # all enrolled: their sum holds with 43.47 of line 138 and fails with 43.42 of line 36
        ("yiyang", 52),
    ],
)
def test_a_figure_that_is_right_is_not_accused(warehouse: Settings, document: str, line: int):
    assert line not in {row["document_line"] for row in read_findings(warehouse.warehouse, document)}


@pytest.mark.parametrize(
    ("line", "printed", "cause"),
    [
        (133, "20092.71", "a digit too many: 2092.71"),
        (78, "11.43", "computed from 1.74万元"),
    ],
)
def test_a_slip_of_yiyang_is_explained(warehouse: Settings, line: int, printed: str, cause: str):
    rows = read_findings(warehouse.warehouse, "yiyang")
    causes = [r["likely_cause"] for r in rows if (r["document_line"], r["printed_value"]) == (line, printed)]
    assert len(causes) == 1
    assert cause in causes[0]


def test_every_finding_names_who_has_to_fix_it_and_says_it_in_two_languages(connection: duckdb.DuckDBPyConnection):
    rows = connection.execute(
        "select check_id from marts.consistency_findings where statement_zh is null or statement_en is null "
        "or who_fixes <> 'issuer' or severity <> 'warning'"
    ).fetchall()
    assert rows == []


def test_every_term_of_a_decided_check_says_where_it_stands(connection: duckdb.DuckDBPyConnection):
    rows = connection.execute(
        "select terms.check_id from marts.consistency_check_terms terms join marts.consistency_checks using (check_id) "
        "where status <> 'undecidable' and origin = 'printed' and (terms.document_line is null or terms.figure_id is null) "
        "and consistency_checks.document_id <> 'medfund'"
    ).fetchall()
    assert rows == []


def test_explain_shows_the_terms_and_where_they_stand(warehouse: Settings):
    check = next(r["check_id"] for r in read_findings(warehouse.warehouse, "shandan") if r["document_line"] == 63)
    text = explain(warehouse.warehouse, check)
    assert "5.95%" in text
    assert "957人次" in text
    assert "15825人次" in text
    assert "line 65, table T02" in text
    assert "6.047393" in text


def test_explain_shows_the_weights_of_a_mean(warehouse: Settings):
    check = next(r["check_id"] for r in read_findings(warehouse.warehouse, "shandan") if r["document_line"] == 492)
    assert "weight       11人次" in explain(warehouse.warehouse, check)


@pytest.mark.parametrize("check_id", ["ffffffffffff", ""])
def test_explain_wants_one_check(warehouse: Settings, check_id: str):
    with pytest.raises(UsageError, match="checks begin with"):
        explain(warehouse.warehouse, check_id)


def test_an_unknown_document_is_named_with_those_that_there_are(warehouse: Settings):
    with pytest.raises(UsageError, match="no document 'lanzhou'; there are: hunan_city"):
        read_findings(warehouse.warehouse, "lanzhou")


def test_findings_for_a_program_and_for_a_person(warehouse: Settings, tmp_path):
    findings = read_findings(warehouse.warehouse)
    as_json = json.loads(render_findings(findings, "json"))
    as_csv = render_findings(findings, "csv").splitlines()
    render_findings(findings, "xlsx", tmp_path / "findings.xlsx")
    sheet = load_workbook(tmp_path / "findings.xlsx").active
    assert len(as_json) == len(findings) == len(as_csv) - 1 == sheet.max_row - 1
    assert as_json[0]["distance"].replace(".", "").isdigit()  # a DECIMAL as text, never a float
    assert f"{len(findings)} findings" in render_findings(findings, "table")
    with pytest.raises(UsageError, match="--output"):
        render_findings(findings, "xlsx")
