"""Rows that do not fit their contract are put aside with file, line, column, value and reason; what is plain is read."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingest.deliveries import IN_TABLE, SENTENCES, SmallDelivery, line_of, load, only_fault

NUMBER = "a number such as 1234.5 or 1,234.5, with at most 20 digits before the point and 8 after"
SEED = "a code of seeds/dimensions/dim_{}.csv"


@pytest.mark.parametrize(
    ("printed", "number", "decimals"),
    [
        ("１２", "12", 0),
        ("１２３．４５", "123.45", 2),
        ("1,234.5", "1234.5", 1),
        ("１，２３４．５０", "1234.50", 2),
        ("290,326.61", "290326.61", 2),
        ("95.00", "95", 2),
        ("12 ", "12", 0),
        ("　12\t", "12", 0),
        ("－12.5", "-12.5", 1),
        ("−12.5", "-12.5", 1),
        ("-0.03", "-0.03", 2),
        ("+3", "3", 0),
        ("＋3", "3", 0),
        ("0.12345678", "0.12345678", 8),
        ("007", "7", 0),
        ("12345678901234567890.12345678", "12345678901234567890.12345678", 8),
        ("12,345,678,901,234,567,890.5", "12345678901234567890.5", 1),
    ],
)
def test_number_that_can_be_read(
    delivery: SmallDelivery, lake: Path, printed: str, number: str, decimals: int
) -> None:
    delivery.figures[2]["value"] = printed
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    row = loaded.rows()[2]
    assert row["value"] == printed.strip(" \t　")
    assert (row["value_number"], row["value_decimals"]) == (Decimal(number), decimals)


@pytest.mark.parametrize("mark", ["", "—", "——", "–", "-", "－", "/", "／", "\\", " ", "　"])
def test_mark_for_nothing_is_read_as_empty(delivery: SmallDelivery, lake: Path, mark: str) -> None:
    delivery.figures[2]["value"] = mark
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    assert loaded.rows()[2]["value_number"] is None
    assert loaded.rows()[2]["value_decimals"] is None
    assert loaded.rows()[2]["value"] == (mark.strip(" 　") or None)


@pytest.mark.parametrize(
    "value",
    [
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
        "XX",
        "nan",
        "inf",
        "0x10",
        "١٢",
        "1_000",
        "0.123456789",
        "123456789012345678901",
        "123,456,789,012,345,678,901",
        "12\n34",
        "[/]",
    ],
)
def test_number_that_cannot_be_read(delivery: SmallDelivery, lake: Path, value: str) -> None:
    delivery.figures[2]["value"] = value
    loaded = load(delivery.write(), lake)
    fault = only_fault(loaded)
    assert {key: fault[key] for key in fault if key != "row_text"} == {
        "table_name": "figures",
        "file": "figures.csv",
        "source_line": line_of(2),
        "column_name": "value",
        "value": value,
        "reason": "does not parse",
        "expected": NUMBER,
    }
    kept = json.loads(fault["row_text"])
    assert {name: text or "" for name, text in kept.items()} == delivery.figures[2]
    assert str(loaded.report.quarantined[0]) == (
        f"figures.csv, line 4, column value: {value!r} does not parse; expected {NUMBER}"
    )
    assert len(loaded.lines) == 11


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("figures", "seq", "1.0", "a whole number"),
        ("figures", "line", "eighteen", "a whole number"),
        ("figures", "row_no", "9999999999999999999", "a whole number"),
        ("documents", "issued_on", "2026年4月16日", "a date: 2025-06-30, 2025/6/30 or 20250630"),
        ("documents", "issued_on", "2026-02-30", "a date: 2025-06-30, 2025/6/30 or 20250630"),
        ("documents", "issued_on", "26-04-16", "a date: 2025-06-30, 2025/6/30 or 20250630"),
    ],
)
def test_whole_number_or_date_that_cannot_be_read(
    delivery: SmallDelivery, lake: Path, table: str, column: str, value: str, expected: str
) -> None:
    delivery.tables[table][0][column] = value
    loaded = load(delivery.write(), lake)
    assert str(loaded.report.quarantined[0]) == (
        f"{table}.csv, line 2, column {column}: {value!r} does not parse; expected {expected}"
    )
    only_fault(loaded)


@pytest.mark.parametrize(
    ("column", "code", "expected"),
    [
        ("region", "晋城市", SEED.format("regions")),
        ("period", "2026Q9", SEED.format("periods")),
        ("version", "Budget", SEED.format("versions")),
        ("fund", "employees", SEED.format("funds")),
        ("benefit_category", "x", SEED.format("benefit_categories")),
        ("care_area", "x", SEED.format("care_areas")),
        ("institution_level", "x", SEED.format("institution_levels")),
        ("institution", "x", SEED.format("institutions")),
        ("item", "x", "a code of seeds/dimensions/items.csv or seeds/dimensions/dim_indicators.csv"),
        ("unit", "兆元", "a code of seeds/measures/units.csv"),
        ("qualifier", "x", "a code of seeds/measures/qualifiers.csv"),
        ("direction", "x", "a code of seeds/measures/directions.csv"),
        ("empty_reason", "lost", "one of withheld, blank, dash, none"),
    ],
)
def test_unknown_code(delivery: SmallDelivery, lake: Path, column: str, code: str, expected: str) -> None:
    delivery.figures[5][column] = code
    loaded = load(delivery.write(), lake)
    only_fault(loaded)
    assert str(loaded.report.quarantined[0]) == (
        f"figures.csv, line 7, column {column}: {code!r} unknown code; expected {expected}"
    )
    assert loaded.lines == [line_of(i) for i in range(12) if i != 5]


@pytest.mark.parametrize(
    ("measure", "fits"),
    [
        ("enrolled", True),
        ("enrolled_change", True),
        ("enrolled_growth", True),
        (" enrolled ", True),
        ("opening_balance", True),
        ("opening_balance_change", False),
        ("opening_balance_growth", False),
        ("enrolled_change_growth", False),
        ("enrolled_rate_of_growth", False),
    ],
)
def test_change_and_growth_are_codes_only_where_the_catalogue_has_a_comparison(
    delivery: SmallDelivery, lake: Path, measure: str, fits: bool
) -> None:
    delivery.figures[0]["measure"] = measure
    loaded = load(delivery.write(), lake)
    if fits:
        assert loaded.quarantine == []
        assert loaded.rows()[0]["measure"] == measure.strip()
    else:
        fault = only_fault(loaded)
        assert (fault["column_name"], fault["value"]) == ("measure", measure)
        assert fault["expected"] == (
            "a code of seeds/measures/measures.csv, or such a code with _change or _growth "
            "where has_comparison is true there"
        )


@pytest.mark.parametrize("empty", ["", "  ", "　"])
@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("region", "地区: text"),
        ("measure", "指标: text"),
        ("seq", "序号: a whole number"),
        ("document", "文件代码: text"),
    ],
)
def test_empty_required_column(
    delivery: SmallDelivery, lake: Path, column: str, expected: str, empty: str
) -> None:
    delivery.figures[4][column] = empty
    loaded = load(delivery.write(), lake)
    fault = only_fault(loaded)
    assert (fault["column_name"], fault["reason"], fault["expected"]) == (column, "is empty", expected)
    assert str(loaded.report.quarantined[0]) == (
        f"figures.csv, line 6, column {column}: {empty!r} is empty; expected {expected}"
    )


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
        f"figures.csv, line 3, column document, seq: 'jincheng_2026_total_budget · {seq}' stands twice; "
        "expected one row a key"
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


ADDRESS = (
    "region, period, version, fund, benefit_category, care_area, institution_level, institution, item, measure"
).split(", ")


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
    assert {f["expected"] for f in faults} == {
        f"one value for the same document, table_id, {', '.join(ADDRESS)}"
    }
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


def test_address_in_two_tables_is_for_the_checks_not_for_the_loader(
    delivery: SmallDelivery, lake: Path
) -> None:
    _, second = _same_address(delivery, IN_TABLE, ("100", "101"))
    delivery.figures[second]["table_id"] = "T02"
    assert load(delivery.write(), lake).quarantine == []


def test_value_that_cannot_be_read_contradicts_nothing(delivery: SmallDelivery, lake: Path) -> None:
    first, _ = _same_address(delivery, IN_TABLE, ("12.3.4", "100"))
    loaded = load(delivery.write(), lake)
    assert (only_fault(loaded)["source_line"], only_fault(loaded)["reason"]) == (line_of(first), "does not parse")


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
