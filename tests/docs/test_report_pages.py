"""docs/report_queries_*.md: the tables and the sentences of a document, read off the marts, are what it prints.

A table is a heading `### <table> …` with a query that gives the printed rows in their order, the label first. A sentence
stands as a quotation before its query, and each number that the query gives is printed in it. Where the reconciliation says
that the document is wrong, the warehouse's value takes the printed one's place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from flows.settings import PROJECT_DIR, Settings

DOCUMENTS = {
    "hunan": "hunan_city_2025h1_work_summary",
    "jincheng": "jincheng_2026_total_budget",
    "panzhihua": "panzhihua_2025_fund_budget_performance",
    "yiyang": "yiyang_2025_department_performance",
}
TABLE = re.compile(r"^### (\w+) [^\n]*\n(?:(?!^#|^>|^```)[^\n]*\n)*?```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SENTENCE = re.compile(r"((?:^> [^\n]*\n)+)(?:(?!^[#>]|^```)[^\n]*\n)*?```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
FIGURES = """
    select row_no, column_no, printed_value, status, computed_value, published_value, printed_unit
    from marts.reconciliation where document_id = ? and table_id is not distinct from ?
    order by row_no, column_no
"""


def page_of(name: str) -> str:
    return (PROJECT_DIR / "docs" / f"report_queries_{name}.md").read_text(encoding="utf-8")


PAGES = [name for name in DOCUMENTS if (PROJECT_DIR / "docs" / f"report_queries_{name}.md").exists()]
TABLES = [pytest.param(name, *found, id=f"{name} {found[0]}") for name in PAGES for found in TABLE.findall(page_of(name))]
SENTENCES = [
    pytest.param(name, *found, id=f"{name} {number}")
    for name in PAGES
    for number, found in enumerate(SENTENCE.findall(page_of(name)), start=1)
]


@pytest.fixture(scope="module")
def published(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.warehouse), read_only=True) as connection:
        yield connection


def shown(printed: str | None, status: str, computed: Decimal, value: Decimal, unit: str | None) -> Decimal | None:
    """Return the number that a reader should see: the printed one, or the warehouse's in its form where it is wrong."""
    number = Decimal(printed.rstrip("%").replace(",", "")) if printed else value
    if status != "explained" or number is None:
        return number
    shown_value = computed / 10_000 if (unit or "").startswith("万") else computed
    return shown_value.quantize(Decimal(1).scaleb(number.as_tuple().exponent), ROUND_HALF_UP)


@pytest.mark.parametrize(("name", "table", "sql"), TABLES)
def test_a_query_gives_the_printed_table(published, name, table, sql):
    wanted: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    for row, column, *cell in published.execute(FIGURES, [DOCUMENTS[name], table]).fetchall():
        if cell[1] not in ("not_computed", "not_printed"):
            wanted[row][column] = shown(*cell)
    found = published.execute(sql).fetchall()
    rows = [wanted[number] for number in sorted(wanted)]
    assert rows, f"the reconciliation has no figure of {table}"
    assert len(found) == len(rows)
    columns = sorted({column for row in rows for column in row})
    different = {
        (found[row][0], column): (found[row][1 + columns.index(column)], number)
        for row, cells in enumerate(rows)
        for column, number in cells.items()
        if found[row][1 + columns.index(column)] != number
    }
    assert different == {}


@pytest.mark.parametrize(("name", "sentence", "sql"), SENTENCES)
def test_a_query_gives_the_numbers_of_the_sentence(published, name, sentence, sql):
    printed = {Decimal(number.replace(",", "")) for number in NUMBER.findall(sentence)}
    figures = published.execute(FIGURES, [DOCUMENTS[name], None]).fetchall()
    explained = {abs(shown(*cell)) for _, _, *cell in figures if cell[1] == "explained"}
    cells = [cell for row in published.execute(sql).fetchall() for cell in row]
    numbers = [abs(Decimal(cell)) for cell in cells if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool)]
    assert numbers, "the query gives no number"
    assert [number for number in numbers if number not in printed | explained] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_document_is_unexplained(published, name):
    query = "select status, count(*) from marts.reconciliation where document_id = ? group by status"
    counts = dict(published.execute(query, [DOCUMENTS[name]]).fetchall())
    assert counts.get("reproduced", 0) > 0
    assert counts.get("unexplained", 0) == 0
