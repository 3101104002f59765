"""docs/report_queries.md: a query for each table of the report, whose cells are the printed ones."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from flows.settings import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "report_queries.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLES = dict(re.findall(r"^### (T\d\d) .*?\n\n```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
# categories stand in an order of their own there
UNORDERED = ("T01", "T13", "T15")
CELLS = """
    select row_no, column_no, printed_value, status, computed_value, published_value, unit, printed_unit
    from marts.reconciliation where table_id = '{}' order by row_no, column_no
"""


def expected(county, table: str) -> list[dict[int, Decimal]]:
    """Return the printed cells of each row; where the document is wrong, what prints instead."""
    rows: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row, column, printed, status, computed, value, _, unit in county.query(CELLS.format(table)):
        number = Decimal(printed.rstrip("%")) if printed else value
        if status == "explained":
            digits = Decimal(1).scaleb(number.as_tuple().exponent)
            shown = computed / 10_000 if unit == "万元" else computed
            number = shown.quantize(digits, ROUND_HALF_UP)
        rows[row][column] = number
    return [rows[number] for number in sorted(rows)]


@pytest.mark.parametrize("table", TABLES)
def test_a_query_gives_the_printed_table(county, table):
    found = [row[1:] for row in county.query(TABLES[table])]
    wanted = expected(county, table)
    if table in UNORDERED:
        found.sort()
        wanted.sort(key=lambda row: row[1])
    assert len(found) == len(wanted)
    different = {
        (row, column): (found[row][column - 1], number)
        for row, cells in enumerate(wanted)
        for column, number in cells.items()
        if found[row][column - 1] != number
    }
    assert different == {}


def test_every_table_of_the_report_has_its_query_in_order():
    assert list(TABLES) == [f"T{number:02d}" for number in range(1, 28)]


@pytest.mark.parametrize("sql", BLOCKS)
def test_a_query_returns_rows(county, sql):
    assert county.query(sql)
