"""Rows that do not fit are put aside with file, line, column, value and reason; what is plain is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.deliveries import (
    IN_TABLE,
    SENTENCES,
    SmallDelivery,
    line_of,
    load,
    only_fault,
    small_delivery,
)

NUMBER = "a number such as 1234.5 or 1,234.5, with at most 20 digits before the point and 8 after"
SEED = "a code of seeds/dimensions/dim_{}.csv"


READ = {
    "１２": ("12", 0),
    "１２３．４５": ("123.45", 2),
    "1,234.5": ("1234.5", 1),
    "１，２３４．５０": ("1234.50", 2),
    "290,326.61": ("290326.61", 2),
    "95.00": ("95", 2),
    "12 ": ("12", 0),
    "　12\t": ("12", 0),
    "－12.5": ("-12.5", 1),
    "−12.5": ("-12.5", 1),
    "-0.03": ("-0.03", 2),
    "+3": ("3", 0),
    "＋3": ("3", 0),
    "0.12345678": ("0.12345678", 8),
    "007": ("7", 0),
    "12345678901234567890.12345678": ("12345678901234567890.12345678", 8),
    "12,345,678,901,234,567,890.5": ("12345678901234567890.5", 1),
}
EMPTY_MARKS = ["", "—", "——", "–", "-", "－", "/", "／", "\\", " ", "　"]
NOT_READ = [
    *[
        "12.3.4",
        "12,34",
        "1,2345",
        ",123",
        "28.46%",
        "12 34",
        "1e5",
        "12万元",
        "约12",
        "(12)",
        "--12",
        ".5",
        "5.",
    ],
    *["XX", "nan", "inf", "0x10", "١٢", "1_000", "12\n34", "[/]", "[red]12"],
    *["0.123456789", "123456789012345678901", "123,456,789,012,345,678,901"],
]
UNKNOWN_CODES = {
    "region": ("晋城市", SEED.format("regions")),
    "period": ("2026Q9", SEED.format("periods")),
    "version": ("Budget", SEED.format("versions")),
    "fund": ("employees", SEED.format("funds")),
    "benefit_category": ("x", SEED.format("benefit_categories")),
    "care_area": ("x", SEED.format("care_areas")),
    "institution_level": ("x", SEED.format("institution_levels")),
    "institution": ("x", SEED.format("institutions")),
    "item": ("x", "a code of seeds/dimensions/items.csv or seeds/dimensions/dim_indicators.csv"),
    "unit": ("兆元", "a code of seeds/measures/units.csv"),
    "qualifier": ("x", "a code of seeds/measures/qualifiers.csv"),
    "direction": ("x", "a code of seeds/measures/directions.csv"),
    "empty_reason": ("lost", "one of withheld, blank, dash, none"),
}
MEASURES = {
    "enrolled": True,
    "enrolled_change": True,
    "enrolled_growth": True,
    " enrolled ": True,
    "opening_balance": True,
    "opening_balance_change": False,
    "opening_balance_growth": False,
    "enrolled_change_growth": False,
    "enrolled_rate_of_growth": False,
}
WHOLE = "a whole number such as 1234 or 1,234"
REQUIRED = {
    "region": "地区: text",
    "measure": "指标: text",
    "document": "文件代码: text",
    "line": f"文本行: {WHOLE}",
}
NOTHING = ["", "  ", "　"]
NOT_WHOLE = {"seq": "1.0", "line": "eighteen", "row_no": "9999999999999999999", "column_no": "1,00"}


@dataclass
class Reading:
    """What became of a row: its line, its row in the lake, its faults and what was said of them."""

    line: int
    delivered: dict[str, str]
    row: dict[str, Any] | None
    faults: list[dict[str, Any]]
    said: list[str]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Reading]:
    """Load a delivery with a row for each case above, once; give the reading of the row so changed."""
    changes = [
        *[("value", value) for value in (*READ, *EMPTY_MARKS, *NOT_READ)],
        *[(column, code) for column, (code, _) in UNKNOWN_CODES.items()],
        *[("measure", measure) for measure in MEASURES],
        *[(column, empty) for column in REQUIRED for empty in NOTHING],
        *NOT_WHOLE.items(),
    ]
    folder = tmp_path_factory.mktemp("rows")
    delivery = small_delivery(folder / "jincheng")
    real = delivery.figures[0]
    delivery.tables["figures"] = [real | {"seq": str(number), column: value} for number, (column, value) in enumerate(changes)]
    loaded = load(delivery.write(), folder / "lake")
    assert loaded.report.outcome == "loaded"
    starts = list(accumulate((1 + value.count("\n") for _, value in changes), initial=2))
    rows = {row["source_line"]: row for row in loaded.rows()}
    said = [str(fault) for fault in loaded.report.quarantined]

    def reading(column: str, value: str) -> Reading:
        number = changes.index((column, value))
        line = starts[number]
        return Reading(
            line,
            delivery.figures[number],
            rows.get(line),
            [fault for fault in loaded.quarantine if fault["source_line"] == line],
            [text for text in said if text.startswith(f"figures.csv, line {line}, ")],
        )

    return reading


@pytest.mark.parametrize("printed", READ)
def test_number_that_can_be_read(read: Callable[..., Reading], printed: str) -> None:
    number, decimals = READ[printed]
    row = read("value", printed).row
    assert row["value"] == printed.strip(" \t　")
    assert (row["value_number"], row["value_decimals"]) == (Decimal(number), decimals)


@pytest.mark.parametrize("mark", EMPTY_MARKS)
def test_mark_for_nothing_is_read_as_empty(read: Callable[..., Reading], mark: str) -> None:
    row = read("value", mark).row
    assert (row["value_number"], row["value_decimals"]) == (None, None)
    assert row["value"] == (mark.strip(" 　") or None)


@pytest.mark.parametrize("value", NOT_READ)
def test_number_that_cannot_be_read(read: Callable[..., Reading], value: str) -> None:
    reading = read("value", value)
    assert reading.row is None
    (fault,) = reading.faults
    kept = json.loads(fault.pop("row_text"))
    assert {name: text or "" for name, text in kept.items()} == reading.delivered
    assert fault == {
        "table_name": "figures",
        "file": "figures.csv",
        "source_line": reading.line,
        "column_name": "value",
        "value": value,
        "reason": "does not parse",
        "expected": NUMBER,
    }
    assert reading.said == [f"figures.csv, line {reading.line}, column value: {value!r} does not parse; expected {NUMBER}"]


@pytest.mark.parametrize("column", NOT_WHOLE)
def test_whole_number_that_cannot_be_read(read: Callable[..., Reading], column: str) -> None:
    value = NOT_WHOLE[column]
    reading = read(column, value)
    assert reading.row is None
    assert reading.said == [f"figures.csv, line {reading.line}, column {column}: {value!r} does not parse; expected {WHOLE}"]


@pytest.mark.parametrize("column", UNKNOWN_CODES)
def test_unknown_code(read: Callable[..., Reading], column: str) -> None:
    code, expected = UNKNOWN_CODES[column]
    reading = read(column, code)
    assert reading.row is None
    assert reading.said == [f"figures.csv, line {reading.line}, column {column}: {code!r} unknown code; expected {expected}"]


@pytest.mark.parametrize("measure", MEASURES)
def test_change_and_growth_are_codes_only_where_the_catalogue_has_a_comparison(
    read: Callable[..., Reading], measure: str
) -> None:
    reading = read("measure", measure)
    if MEASURES[measure]:
        assert reading.faults == []
        assert reading.row["measure"] == measure.strip()
    else:
        assert reading.row is None
        assert reading.said == [
            f"figures.csv, line {reading.line}, column measure: {measure!r} unknown code; "
            "expected a code of seeds/measures/measures.csv, "
            "or such a code with _change or _growth where has_comparison is true there"
        ]


@pytest.mark.parametrize("empty", NOTHING)
@pytest.mark.parametrize("column", REQUIRED)
def test_empty_required_column(read: Callable[..., Reading], column: str, empty: str) -> None:
    reading = read(column, empty)
    assert reading.row is None
    assert reading.said == [
        f"figures.csv, line {reading.line}, column {column}: {empty!r} is empty; expected {REQUIRED[column]}"
    ]


@pytest.mark.parametrize("value", ["2026年4月16日", "2026-02-30", "26-04-16", "2026416"])
def test_date_that_cannot_be_read(delivery: SmallDelivery, lake: Path, value: str) -> None:
    delivery.tables["documents"][0]["issued_on"] = value
    loaded = load(delivery.write(), lake)
    only_fault(loaded)
    assert str(loaded.report.quarantined[0]) == (
        f"documents.csv, line 2, column issued_on: {value!r} does not parse; "
        "expected a date: 2025-06-30, 2025/6/30, 20250630 or the day number of Excel"
    )
    assert len(loaded.rows()) == 12


def test_one_fault_among_good_rows_takes_nothing_else_along(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[2]["value"] = "12.3.4"
    loaded = load(delivery.write(), lake)
    assert only_fault(loaded)["source_line"] == line_of(2)
    assert loaded.lines == [line_of(i) for i in range(12) if i != 2]
    assert len(loaded.rows("documents")) == len(loaded.rows("tables")) == 1


def test_every_fault_of_a_row_is_told_and_the_row_counts_once(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[3] |= {"value": "12.3.4", "fund": "x", "region": ""}
    loaded = load(delivery.write(), lake)
    assert {(f["source_line"], f["column_name"], f["reason"]) for f in loaded.quarantine} == {
        (5, "value", "does not parse"),
        (5, "fund", "unknown code"),
        (5, "region", "is empty"),
    }
    assert loaded.batch.quarantined_count == 1
    assert len(loaded.report.quarantined) == 3


@pytest.mark.parametrize("twin", ["{}", " {} ", "{}　", "0{}", "+{}", "wide"])
def test_key_that_stands_twice_puts_both_rows_aside(delivery: SmallDelivery, lake: Path, twin: str) -> None:
    seq = delivery.figures[1]["seq"]
    wide = seq.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    delivery.figures[7]["seq"] = wide if twin == "wide" else twin.format(seq)
    loaded = load(delivery.write(), lake)
    faults = loaded.quarantine
    assert [f["source_line"] for f in faults] == [line_of(1), line_of(7)]
    assert {(f["column_name"], f["reason"], f["expected"]) for f in faults} == {
        ("document, seq", "stands twice", "one row a key")
    }
    assert str(loaded.report.quarantined[0]) == (
        f"figures.csv, line 3, column document, seq: 'jincheng_2026_total_budget · {seq}' stands twice; expected one row a key"
    )
    assert len(loaded.lines) == 10


def test_key_of_another_document_is_another_key(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[7] |= {"seq": delivery.figures[1]["seq"], "document": "another"}
    assert load(delivery.write(), lake).quarantine == []


def test_keys_that_cannot_be_read_do_not_contradict_each_other(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[1]["seq"], delivery.figures[2]["seq"] = "one", "two"
    loaded = load(delivery.write(), lake)
    assert [(f["source_line"], f["reason"]) for f in loaded.quarantine] == [
        (3, "does not parse"),
        (4, "does not parse"),
    ]


ADDRESS = [
    "region",
    "period",
    "version",
    "fund",
    "benefit_category",
    "care_area",
    "institution_level",
    "institution",
    "item",
    "measure",
]


def _same_address(delivery: SmallDelivery, rows: range, values: tuple[str, str]) -> tuple[int, int]:
    first, second = rows[1], rows[4]
    for name in ADDRESS:
        delivery.figures[second][name] = delivery.figures[first][name]
    delivery.figures[first]["value"], delivery.figures[second]["value"] = values
    return first, second


@pytest.mark.parametrize("values", [("100", "101"), ("1,000", "1000.01"), ("5", "-5"), ("9", "10")])
def test_address_with_two_values_in_one_table_puts_both_rows_aside(
    delivery: SmallDelivery, lake: Path, values: tuple[str, str]
) -> None:
    first, second = _same_address(delivery, IN_TABLE, values)
    loaded = load(delivery.write(), lake)
    faults = loaded.quarantine
    assert [(f["source_line"], f["column_name"], f["value"]) for f in faults] == [
        (line_of(first), "value", values[0]),
        (line_of(second), "value", values[1]),
    ]
    assert {f["reason"] for f in faults} == {"one address with two values in one table"}
    assert {f["expected"] for f in faults} == {f"one value for the same document, table_id, {', '.join(ADDRESS)}"}
    assert len(loaded.lines) == 10


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (IN_TABLE, ("100", "100")),
        (IN_TABLE, ("1,000", "1000")),
        (IN_TABLE, ("１０００", "1000")),
        (IN_TABLE, ("100", "100.00")),
        (IN_TABLE, ("100", "")),
        (IN_TABLE, ("100", "—")),
        (SENTENCES, ("100", "101")),
    ],
)
def test_address_that_agrees_or_stands_in_sentences_is_read(
    delivery: SmallDelivery, lake: Path, rows: range, values: tuple[str, str]
) -> None:
    first, second = _same_address(delivery, rows, values)
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    assert [loaded.rows()[first]["value"], loaded.rows()[second]["value"] or ""] == list(values)


def test_address_in_two_tables_is_for_the_checks_not_for_the_loader(delivery: SmallDelivery, lake: Path) -> None:
    _, second = _same_address(delivery, IN_TABLE, ("100", "101"))
    delivery.figures[second]["table_id"] = "T02"
    assert load(delivery.write(), lake).quarantine == []


def test_value_that_cannot_be_read_contradicts_nothing(delivery: SmallDelivery, lake: Path) -> None:
    first, _ = _same_address(delivery, IN_TABLE, ("12.3.4", "100"))
    loaded = load(delivery.write(), lake)
    assert (only_fault(loaded)["source_line"], only_fault(loaded)["reason"]) == (
        line_of(first),
        "does not parse",
    )


def test_same_document_twice_puts_both_aside(delivery: SmallDelivery, lake: Path) -> None:
    delivery.tables["documents"] *= 2
    loaded = load(delivery.write(), lake)
    assert [(f["file"], f["source_line"], f["reason"]) for f in loaded.quarantine] == [
        ("documents.csv", 2, "stands twice"),
        ("documents.csv", 3, "stands twice"),
    ]
    assert loaded.rows("documents") == []
    assert len(loaded.rows()) == 12


def test_lake_has_the_types_of_the_contract(delivery: SmallDelivery, lake: Path) -> None:
    loaded = load(delivery.write(), lake)
    row, document = loaded.rows()[6], loaded.rows("documents")[0]
    assert isinstance(row["seq"], int)
    assert isinstance(row["value_number"], Decimal)
    assert row["care_area"] is None
    assert str(document["issued_on"]) == "2026-04-16"
    assert document["document_number"] == "晋市医保发〔2026〕8号"
