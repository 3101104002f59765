"""Every SQL block of the documentation runs on a published warehouse and returns what its text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from flows.settings import PROJECT_DIR, Settings

SQL_BLOCK = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# a block of docs/queries.md with the table below it, and how many rows there are where the table is cut short
RESULT = re.compile(r"^```sql\n(.*?)^```\n\n((?:\|[^\n]*\n)*)(?:\n… (\d+) rows in all)?", re.MULTILINE | re.DOTALL)
OF_CLAIMS = re.compile(r"facts\.fct_(?!published_figures)|marts\.claim_")
MAY_BE_EMPTY = "-- may be empty"
OTHER_IN_EACH_RUN = "-- other in each run"
COLUMNS_OF_THE_RUN = {"loaded_at", "run_id"}
PAGES = ("README.md", "README.zh-CN.md", "docs/queries.md")


def blocks_of(page: str) -> list[str]:
    return SQL_BLOCK.findall((PROJECT_DIR / page).read_text(encoding="utf-8"))


def heading_before(page: str, block: str) -> str:
    text = (PROJECT_DIR / page).read_text(encoding="utf-8")
    return re.findall(r"^#+ (.+)$", text[: text.index(block)], re.MULTILINE)[-1]


BLOCKS = [
    pytest.param(block, id=f"{page}: {heading_before(page, block)} {number}")
    for page in PAGES
    for number, block in enumerate(blocks_of(page), start=1)
]


RESULTS = RESULT.findall((PROJECT_DIR / "docs" / "queries.md").read_text(encoding="utf-8"))


def as_shown(value: object) -> str:
    """Return a value as the page shows it: null as nothing, a decimal without the zeros at its end."""
    if value is None:
        return ""
    if isinstance(value, Decimal) and "." in f"{value:f}":
        return f"{value:f}".rstrip("0").rstrip(".")
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture(scope="module")
def published(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_queries(page):
    assert len(blocks_of(page)) >= 2


@pytest.mark.parametrize("sql", BLOCKS)
def test_a_query_of_the_documentation_returns_rows(published, sql):
    rows = published.execute(sql).fetchall()
    assert rows or sql.startswith(MAY_BE_EMPTY)


def test_every_query_has_its_result():
    assert [sql for sql, _, _ in RESULTS] == blocks_of("docs/queries.md")


@pytest.mark.parametrize(
    ("sql", "table", "total"), RESULTS, ids=[heading_before("docs/queries.md", sql) for sql, _, _ in RESULTS]
)
def test_a_result_of_the_page_is_that_of_today(published, sql, table, total):
    if sql.startswith(OTHER_IN_EACH_RUN):
        return
    result = published.execute(sql)
    columns = [column[0] for column in result.description]
    rows = [[as_shown(value) for value in row] for row in result.fetchall()]
    header, _, *shown = [line[2:-2].split(" | ") for line in table.splitlines()] or [columns, None]  # no table: no rows
    assert header == columns
    assert len(rows) == int(total or len(shown))
    compared = [number for number, column in enumerate(columns) if column not in COLUMNS_OF_THE_RUN]
    for found, line in zip(rows, shown, strict=False):
        assert [line[number] for number in compared] == [found[number] for number in compared]


def test_the_pivot_of_a_published_table_is_the_printed_table(published):
    (sql,) = (block for block in blocks_of("docs/queries.md") if "'T08'" in block)
    result = published.execute(sql)
    columns = [column[0] for column in result.description]
    rows = {row[1]: dict(zip(columns, row, strict=True)) for row in result.fetchall()}
    assert columns[2:] == [
        "01 住院人次",
        "02 住院总费用(万元)",
        "03 政策范围内费用（万元）",
        "04 报销费用（万元） / 基本医保报销",
        "05 报销费用（万元） / 大病报销",
        "06 报销费用（万元） / 救助报销",
        "07 报销费用（万元） / 合计",
        "08 实际住院报销比例（%）",
        "09 政策范围内住院报销比例（%）",
    ]
    assert list(rows) == ["县内住院", "市内住院", "省内异地住院", "跨省异地住院", "合计"]
    assert rows["县内住院"]["01 住院人次"] == "9989"
    # the last zero is printed
    assert rows["市内住院"]["09 政策范围内住院报销比例（%）"] == "84.60"
    assert rows["合计"]["07 报销费用（万元） / 合计"] == "6376.89"


def test_the_readme_shows_the_table_as_it_is(published):
    (sql,) = (block for block in blocks_of("README.md") if "'T02'" in block and "pivot" in block)
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    for row in published.execute(sql).fetchall():
        assert f"| {' | '.join(map(str, row))} |" in readme


def test_the_readme_ends_with_the_summary_of_today(published):
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    for table in re.findall(r"^((?:facts|marts)\.\w+) +([\d,]+) rows$", readme, re.MULTILINE):
        name, rows = table
        if OF_CLAIMS.match(name):  # two million settlements are more than a test makes
            continue
        (count,) = published.execute(f"select count(*) from {name}").fetchone()
        assert f"{count:,}" == rows, f"README.md: {name} has {count:,} rows now; paste the summary of a run"
    findings = published.execute(
        "select documents.document_id, count(findings.check_id) from facts.dim_documents as documents "
        "left join marts.consistency_findings as findings using (document_id) group by all"
    ).fetchall()
    for document, count in findings:
        line, *_ = re.findall(rf"^{document} .*$", readme, re.MULTILINE)  # the reconciliation comes below
        assert line.split()[-2] == f"{count:,}", f"README.md: {document} has {count:,} findings now"


def test_the_examples_of_the_engine_are_real_checks(published):
    text = (PROJECT_DIR / "docs" / "consistency.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `([0-9a-f]{12})` \| (\w+) \| (\w+) \|$", text, re.MULTILINE)
    assert len(examples) >= 5
    found = published.execute("select check_id, family, status from marts.consistency_checks").fetchall()
    assert set(examples) - set(found) == set()
    known = {check for check, _, _ in found}
    assert set(re.findall(r"`([0-9a-f]{12})`", text)) <= known
