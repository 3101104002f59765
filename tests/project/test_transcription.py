"""The published figures are what the documents print: every value is there, every printed figure was taken.

For each line of a document the numbers printed on it are compared with the values that the delivery gives
for that line, as often as each is printed. What is left out on purpose stands in
data/documents/not_transcribed.csv.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from tokens import EMPTY_MARKS, empty_marks_of, figures_of, tokens_of

from flows.settings import PROJECT_DIR

DOCUMENTS = PROJECT_DIR / "data" / "documents"
DELIVERIES = PROJECT_DIR / "data" / "landing" / "published"
NOT_TRANSCRIBED = DOCUMENTS / "not_transcribed.csv"
NAMES = sorted(path.parent.name for path in DELIVERIES.glob("*/figures.csv"))

# Of a document's figures at least this share is transcribed; a number that only counts or dates is no figure.
TRANSCRIBED_SHARE = 0.98
KINDS = {"list_number", "date", "unit", "name", "other"}
KINDS_THAT_ARE_NO_FIGURES = {"list_number", "date"}

REQUIRED_COORDINATES = {"region", "period", "version"}
OPTIONAL_COORDINATES = {"fund", "benefit_category", "care_area", "institution_level", "institution", "item"}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_of(document: str) -> str:
    return (DOCUMENTS / f"{document}.txt").read_text(encoding="utf-8")


def figures_in(delivery: str) -> list[dict[str, str]]:
    return read(DELIVERIES / delivery / "figures.csv")


def tables_in(delivery: str) -> list[dict[str, str]]:
    path = DELIVERIES / delivery / "tables.csv"
    return read(path) if path.exists() else []


def left_out_of(document: str) -> list[dict[str, str]]:
    return [row for row in read(NOT_TRANSCRIBED) if row["document"] == document]


def faults_of_values(text: str, figures: Iterable[dict], left_out: Iterable[dict]) -> list[str]:
    """Compare line by line: what is printed = what is transcribed + what is left out by name."""
    printed = figures_of(text)
    taken = Counter((int(row["line"]), row["value"]) for row in figures if row["value"])
    listed = Counter((int(row["line"]), row["token"]) for row in left_out)
    rest = printed - taken
    return [
        f"line {line}: {token} {what} ({times} time(s) too often)"
        for what, counts in {
            "is transcribed and not printed there": taken - printed,
            "is printed and neither transcribed nor in not_transcribed.csv": rest - listed,
            "stands in not_transcribed.csv and is not left out there": listed - rest,
        }.items()
        for (line, token), times in sorted(counts.items())
    ]


def faults_of_empty_figures(text: str, figures: list[dict]) -> list[str]:
    """Compare line by line how often XX, — and 无 are printed and transcribed."""
    faults = []
    for reason in EMPTY_MARKS:
        printed = empty_marks_of(text, reason)
        taken = Counter(int(row["line"]) for row in figures if row["empty_reason"] == reason)
        faults += [
            f"line {line}: {reason} is printed {printed[line]} and transcribed {taken[line]} time(s)"
            for line in sorted(printed | taken)
            if printed[line] != taken[line]
        ]
    return faults


def transcribed_share(text: str, left_out: list[dict]) -> float:
    """Return the share of the figures of a text that is transcribed."""
    figures = figures_of(text).total() - sum(row["kind"] in KINDS_THAT_ARE_NO_FIGURES for row in left_out)
    missed = sum(row["kind"] not in KINDS_THAT_ARE_NO_FIGURES for row in left_out)
    return 1 - missed / figures


def faults_of_cells(figures: list[dict], tables: list[dict]) -> list[str]:
    """Check the cells: each once, in a table that is listed, on a line of that table."""
    lines = {row["table_id"]: range(int(row["first_line"]), int(row["last_line"]) + 1) for row in tables}
    cells = [row for row in figures if row["table_id"]]
    seen = Counter((row["table_id"], row["row_no"], row["column_no"]) for row in cells)
    faults = [f"cell {cell} stands {times} times" for cell, times in seen.items() if times > 1]
    faults += [f"cell {cell} has no number" for cell in seen if not all(cell)]
    faults += [
        f"figure {row['seq']} has a row or column and no table"
        for row in figures
        if not row["table_id"] and (row["row_no"] or row["column_no"])
    ]
    used = {row["table_id"] for row in cells}
    faults += [f"table {table} is missing in figures.csv or tables.csv" for table in sorted(used ^ lines.keys())]
    faults += [
        f"figure {row['seq']}: line {row['line']} is outside table {row['table_id']}"
        for row in cells
        if row["table_id"] in lines and int(row["line"]) not in lines[row["table_id"]]
    ]
    return faults


def faults_of_coordinates(figures: list[dict], dimensions: dict[str, set[str]]) -> list[str]:
    """Check that a figure has the coordinates that every address has, and none that its measure lacks."""
    faults = []
    for row in figures:
        measure = row["measure"]
        if measure not in dimensions:
            measure = measure.removesuffix("_change").removesuffix("_growth")
        given = {name for name in REQUIRED_COORDINATES | OPTIONAL_COORDINATES if row[name]}
        for name in sorted((given & OPTIONAL_COORDINATES) - dimensions.get(measure, set())):
            faults.append(f"figure {row['seq']}: {row['measure']} has no {name}, {row[name]} is given")
        faults += [f"figure {row['seq']} has no {name}" for name in sorted(REQUIRED_COORDINATES - given)]
    return faults


@pytest.fixture(scope="module")
def dimensions() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in read(PROJECT_DIR / "seeds" / "measures" / "measure_dimensions.csv"):
        found.setdefault(row["measure"], set()).add(row["dimension"])
    return found


# --- the documents ---


def test_every_document_is_delivered_and_every_delivery_has_its_text():
    named = {row["text_file"] for name in NAMES for row in read(DELIVERIES / name / "documents.csv")}
    assert named == {path.relative_to(PROJECT_DIR).as_posix() for path in DOCUMENTS.glob("*.txt")}
    assert {path.stem for path in DOCUMENTS.glob("*.txt")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_plain_utf8_with_one_kind_of_line_end(name):
    raw = (DOCUMENTS / f"{name}.txt").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")


@pytest.mark.parametrize("name", NAMES)
def test_figures_belong_to_their_document_and_are_numbered_through(name):
    figures = figures_in(name)
    assert {row["document"] for row in figures + tables_in(name)} == {name}
    assert [int(row["seq"]) for row in figures] == list(range(1, len(figures) + 1))
    assert [row["seq"] for row in figures if bool(row["value"]) == bool(row["empty_reason"])] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_value_is_printed_on_its_line_and_every_printed_figure_is_accounted_for(name):
    faults = faults_of_values(text_of(name), figures_in(name), left_out_of(name))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_every_withheld_or_empty_figure_is_printed_so(name):
    assert faults_of_empty_figures(text_of(name), figures_in(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_at_least_98_percent_of_the_figures_are_transcribed(name):
    assert transcribed_share(text_of(name), left_out_of(name)) >= TRANSCRIBED_SHARE


def test_what_is_left_out_is_listed_with_a_kind_and_a_reason():
    rows = read(NOT_TRANSCRIBED)
    assert {row["document"] for row in rows} <= set(NAMES)
    assert {row["kind"] for row in rows} <= KINDS
    assert [row for row in rows if not row["reason"].strip()] == []


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_unique_and_stand_in_a_listed_table(name):
    assert faults_of_cells(figures_in(name), tables_in(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_coordinates_are_given_only_where_the_measure_has_them(name, dimensions):
    assert faults_of_coordinates(figures_in(name), dimensions) == []


# Looked at one by one when this list was written. A change means that a text or a rule changed: look again.
SKIPPED = {
    "hunan_city_2025h1_work_summary": {"year": 6, "month_range": 1, "month": 7, "day": 3},
    "jincheng_2026_total_budget": {
        "document_number": 2,
        "year": 30,
        "month": 2,
        "day": 2,
        "list_number_at_line_start": 9,
        "list_number_after_punctuation": 1,
    },
    "panzhihua_2025_fund_budget_performance": {
        "bookmark": 5,
        "year": 32,
        "month": 1,
        "day": 1,
        "list_number_at_line_start": 9,
        "list_number_in_brackets": 8,
    },
    "shandan_2025h1_fund_operations": {
        "page_number": 1,
        "document_number": 1,
        "year": 27,
        "month": 3,
        "day": 3,
        "list_number_at_line_start": 19,
        "list_number_in_brackets": 16,
    },
    "yiyang_2025_department_performance": {
        "attachment_number": 2,
        "dotted_date": 1,
        "year": 70,
        "month": 13,
        "day": 11,
        "list_number_at_line_start": 46,
        "list_number_after_punctuation": 13,
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_skip_only_what_somebody_has_looked_at(name):
    assert Counter(token.pattern for token in tokens_of(text_of(name)) if token.pattern) == SKIPPED.get(name)


# --- the checks themselves, on a real document with one fault put in ---


@pytest.fixture
def real() -> tuple[str, list[dict], list[dict], list[dict]]:
    name = "yiyang_2025_department_performance"
    return text_of(name), figures_in(name), left_out_of(name), tables_in(name)


def position(figures: list[dict], **wanted: str) -> int:
    """Return where the first figure stands that has these cells."""
    return next(number for number, row in enumerate(figures) if wanted.items() <= row.items())


def test_a_dropped_row_is_reported(real):
    text, figures, left_out, _ = real
    row = figures.pop(position(figures, value="326637"))
    (fault,) = faults_of_values(text, figures, left_out)
    assert fault.startswith(f"line {row['line']}: 326637 is printed and neither transcribed")


def test_a_changed_digit_is_reported_on_both_sides(real):
    text, figures, left_out, _ = real
    figures[position(figures, value="326637")]["value"] = "326631"
    assert [fault.split("(")[0].split(": ")[1] for fault in faults_of_values(text, figures, left_out)] == [
        "326631 is transcribed and not printed there ",
        "326637 is printed and neither transcribed nor in not_transcribed.csv ",
    ]


@pytest.mark.parametrize("value", ["32663", "26637", "3266370", "-326637", "326637.0"])
def test_a_part_of_a_number_or_another_spelling_is_not_that_number(real, value):
    text, figures, left_out, _ = real
    figures[position(figures, value="326637")]["value"] = value
    assert len(faults_of_values(text, figures, left_out)) == 2


def test_a_lost_sign_is_reported():
    figures = [{"line": "1", "value": "837"}]
    assert len(faults_of_values("小计 -837", figures, [])) == 2


def test_a_value_used_more_often_than_printed_is_reported(real):
    text, figures, left_out, _ = real
    figures.append(figures[position(figures, value="326637")])
    assert len(faults_of_values(text, figures, left_out)) == 1


def test_a_value_on_another_line_is_reported(real):
    text, figures, left_out, _ = real
    row = figures[position(figures, value="326637")]
    row["line"] = str(int(row["line"]) + 1)
    assert len(faults_of_values(text, figures, left_out)) == 2


def test_an_entry_that_is_not_left_out_is_reported(real):
    text, figures, left_out, _ = real
    left_out.append({"line": "221", "token": "326637"})
    assert len(faults_of_values(text, figures, left_out)) == 1


def test_a_withheld_figure_without_its_mark_is_reported(real):
    text, figures, _, _ = real
    figures[position(figures, empty_reason="dash")]["empty_reason"] = "withheld"
    assert len(faults_of_empty_figures(text, figures)) == 2


def test_figures_left_out_lower_the_share_and_list_numbers_do_not(real):
    text, _, left_out, _ = real
    before = transcribed_share(text, left_out)
    assert transcribed_share(text, [*left_out, {"kind": "other"}]) < before
    assert transcribed_share(text, [*left_out, {"kind": "other"}] * 2) < TRANSCRIBED_SHARE
    assert transcribed_share(text, [row for row in left_out if row["kind"] in KINDS_THAT_ARE_NO_FIGURES]) == 1


def test_faulty_cells_are_reported(real):
    _, figures, _, tables = real
    first, second = [row for row in figures if row["table_id"] == "T01" and row["row_no"] == "1"][:2]
    second["column_no"] = first["column_no"]
    assert faults_of_cells(figures, tables) == [f"cell ('T01', '1', '{first['column_no']}') stands 2 times"]
    second["column_no"] = ""
    assert faults_of_cells(figures, tables) == ["cell ('T01', '1', '') has no number"]
    second["column_no"], second["line"] = "9", "1"
    assert faults_of_cells(figures, tables) == [f"figure {second['seq']}: line 1 is outside table T01"]
    second["line"] = first["line"]
    assert faults_of_cells(figures, tables[:-1])[0].startswith(f"table {tables[-1]['table_id']} is missing")


def test_a_coordinate_that_the_measure_lacks_is_reported(real, dimensions):
    _, figures, _, _ = real
    row = figures[position(figures, value="326637")]
    row["care_area"], row["version"] = "in_county", ""
    assert faults_of_coordinates(figures, dimensions) == [
        f"figure {row['seq']}: opening_balance has no care_area, in_county is given",
        f"figure {row['seq']} has no version",
    ]
