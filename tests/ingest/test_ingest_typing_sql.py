"""How each contract type is read, value by value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from flows.ingest.typing_sql import TYPES, quote, tidy


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def _read(connection: duckdb.DuckDBPyConnection, kind: str, text: str | None) -> tuple[bool, bool, Any]:
    """Read a text: is it empty, does it parse, and its typed value where it is one of the two."""
    rule = TYPES[kind]
    connection.execute("create or replace temp table delivered as select cast(? as varchar) as field", [text])
    empty, parses = connection.execute(
        f"select {rule.is_empty('field')}, coalesce({rule.parses('field')}, false) from delivered"
    ).fetchone()
    if not (empty or parses):
        return empty, parses, None
    return empty, parses, connection.execute(f"select {rule.value('field')} from delivered").fetchone()[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("１２", 12),
        (" 12　", 12),
        ("-3", -3),
        ("－3", -3),
        ("+4", 4),
        ("0012", 12),
        ("999999999999999999", 999999999999999999),
        ("1,234", 1234),
        ("－１２，３４５", -12345),
        ("999,999,999,999,999,999", 999999999999999999),
    ],
)
def test_integer(connection: duckdb.DuckDBPyConnection, text: str, value: int) -> None:
    assert _read(connection, "integer", text) == (False, True, value)


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        "12,34",
        "1,2345",
        "1,000,000,000,000,000,000",
        "1_000",
        "1e3",
        "1 2",
        "1000000000000000000",
        "twelve",
        "0x1",
        "1-2",
        "十二",
        "12%",
    ],
)
def test_not_an_integer(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert _read(connection, "integer", text) == (False, False, None)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-05",
        "2025-6-5",
        "2025/06/05",
        "2025/6/5",
        "20250605",
        "２０２５－０６－０５",
        "２０２５／６／５",
        " 2025-06-05 ",
        "45813",
        "2025-06-05 00:00:00",
        "2025-06-05 10:00",
    ],
)
def test_date(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert _read(connection, "date", text) == (False, True, dt.date(2025, 6, 5))


@pytest.mark.parametrize(
    "text",
    [
        *[
            "2025-02-29",
            "2025-13-01",
            "2025-00-10",
            "20250631",
            "202506",
            "2025-06",
            "2025",
            "2025年6月5日",
            "05/06/2025",
        ],
        # strptime would make a year 25 of the first, and November of what may be January
        *[
            "25-06-30",
            "25/6/30",
            "2025111",
            "2025-06/05",
            "2025 - 06-05",
            "4581",
            "145813",
            "-2025-06-05",
        ],
    ],
)
def test_not_a_date(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert _read(connection, "date", text) == (False, False, None)


def test_leap_day(connection: duckdb.DuckDBPyConnection) -> None:
    assert _read(connection, "date", "2024-02-29")[2] == dt.date(2024, 2, 29)


@pytest.mark.parametrize("kind", ["integer", "date", "printed_number"])
@pytest.mark.parametrize("text", [None, "", " ", "　", "\t", "—", "——", "–", "-", "－", "/", "\\"])
def test_nothing_is_empty_and_no_fault(connection: duckdb.DuckDBPyConnection, kind: str, text: str | None) -> None:
    empty, _, value = _read(connection, kind, text)
    assert empty
    assert value is None or kind == "printed_number"  # the mark itself stays, as printed


@pytest.mark.parametrize(
    ("text", "value"),
    [("a", "a"), (" a b　\r\n", "a b"), ("—", "—"), ("１２", "１２"), ("  ", None), (None, None)],
)
def test_text_stays_as_it_is_but_for_spaces_around_it(
    connection: duckdb.DuckDBPyConnection, text: str | None, value: str | None
) -> None:
    assert _read(connection, "text", text) == (value is None, True, value)
    assert connection.execute(f"select {tidy('field')} from delivered").fetchone() == (value,)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("printed_number", "1,234", "１２３４.00", True),
        ("printed_number", "9", "10", False),
        ("integer", "01", "１", True),
        ("date", "2025/6/5", "20250605", True),
        ("text", "a ", "a", True),
        ("text", "1", "01", False),
    ],
)
def test_values_are_compared_by_what_they_say(
    connection: duckdb.DuckDBPyConnection, kind: str, one: str, other: str, same: bool
) -> None:
    rule = TYPES[kind]
    found = connection.execute(
        f"select {rule.comparable('one')} = {rule.comparable('other')} from (select ? as one, ? as other)",
        [one, other],
    ).fetchone()
    assert found == (same,)


def test_value_that_does_not_parse_is_compared_with_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    comparable = TYPES["printed_number"].comparable("field")
    assert connection.execute(f"select {comparable} from (select '12.3.4' as field)").fetchone() == (None,)


def test_quoted_text_is_one_sql_string(connection: duckdb.DuckDBPyConnection) -> None:
    text = "it's '; drop table x; --"
    assert connection.execute(f"select {quote(text)}").fetchone() == (text,)
