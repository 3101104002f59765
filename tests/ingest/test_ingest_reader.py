"""Encodings, headers and records: what is read, what is refused, and on which line."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.contract import load_contracts
from tests.ingest.deliveries import JINCHENG, SmallDelivery, line_of, load, only_fault, read_csv, refusal

FIGURES = load_contracts()["published"]["figures"]


@pytest.mark.parametrize(
    ("encoding", "recorded"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
def test_encodings_that_are_read(delivery: SmallDelivery, lake: Path, encoding: str, recorded: str) -> None:
    delivery.encoding = encoding
    loaded = load(delivery.write(), lake)
    assert loaded.report.outcome == "loaded"
    assert loaded.quarantine == []
    assert [row["row_label"] or "" for row in loaded.rows()] == [row["row_label"] for row in delivery.figures]
    assert loaded.rows("documents")[0]["title"] == delivery.tables["documents"][0]["title"]
    assert {row["encoding"] for row in loaded.rows("files", "ingest")} == {recorded}


def test_gb18030_holds_characters_that_gbk_does_not(delivery: SmallDelivery, lake: Path) -> None:
    delivery.encoding = "gb18030"
    delivery.figures[0]["column_label"] = "㐂𠮷医院"
    assert load(delivery.write(), lake).rows()[0]["column_label"] == "㐂𠮷医院"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_refused(delivery: SmallDelivery, lake: Path, encoding: str) -> None:
    delivery.write()
    bom = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    message = refusal(delivery.replace(bom + delivery.text().encode(encoding)), lake)
    assert f"{delivery.path()}: the file is UTF-16; expected UTF-8 or GB18030" in message
    assert "Save it as 'CSV UTF-8'" in message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_in_neither_encoding_are_refused_with_their_line(delivery: SmallDelivery, lake: Path, encoding: str) -> None:
    lines = delivery.write().text().encode(encoding).split(b"\n")
    lines[6] = lines[6] + b"\xff\xff"
    message = refusal(delivery.replace(b"\n".join(lines)), lake)
    assert f"{delivery.path()}, line 7: byte " in message
    assert "fits neither UTF-8 nor GB18030" in message
    assert "Save it as 'CSV UTF-8'" in message


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"   ", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"], ids=repr)
def test_empty_file_is_refused(delivery: SmallDelivery, lake: Path, content: bytes) -> None:
    message = refusal(delivery.write().replace(content, rows=0), lake)
    assert f"{delivery.path()}: the file is empty; expected a header line, then records" in message
    assert "Ask the sender" in message


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_header_alone_is_a_file_without_rows(delivery: SmallDelivery, lake: Path, end: str) -> None:
    header = delivery.write().text().split("\n")[0]
    delivery.replace((header + end).encode(), rows=0)
    delivery.edit_manifest(lambda m: m["files"][0].update(control_totals={"value": "0"}))
    loaded = load(delivery, lake)
    assert loaded.report.outcome == "loaded"
    assert loaded.rows() == []
    assert len(loaded.rows("documents")) == 1


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"], ids=repr)
def test_line_breaks_of_every_system(delivery: SmallDelivery, lake: Path, line_break: str) -> None:
    delivery.figures[3]["value"] = "12.3.4"
    text = delivery.write().text().replace("\n", line_break)
    loaded = load(delivery.replace(text.encode()), lake)
    assert only_fault(loaded)["source_line"] == line_of(3)


def test_empty_lines_are_no_records_but_count_as_lines(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[3]["value"] = "12.3.4"
    lines = delivery.write().text().split("\n")
    text = "\n".join([*lines[:2], "", "", *lines[2:], "", ""])
    assert only_fault(load(delivery.replace(text.encode()), lake))["source_line"] == line_of(3) + 2


def test_header_in_chinese_labels(delivery: SmallDelivery, lake: Path) -> None:
    delivery.header["figures"] = [column.label_zh for column in FIGURES.delivered]
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    assert [row["value"] for row in loaded.rows()] == [row["value"] for row in delivery.figures]


def test_header_of_every_contract_can_be_chinese() -> None:
    for tables in load_contracts().values():
        for table in tables.values():
            labels = [column.label_zh for column in table.delivered]
            assert len(labels) == len(set(labels)), table.name


def test_header_with_spaces_full_width_letters_and_another_order(delivery: SmallDelivery, lake: Path) -> None:
    columns = list(delivery.figures[0])
    order = columns[::-1]
    for row in delivery.figures:
        for name in columns:
            row[name] = row.pop(name)
    delivery.tables["figures"] = [{name: row[name] for name in order} for row in delivery.figures]
    delivery.header["figures"] = [f" {name} " for name in order]
    delivery.header["figures"][order.index("value")] = "ｖａｌｕｅ　"
    loaded = load(delivery.write(), lake)
    assert [row["value"] for row in loaded.rows()] == [row["value"] for row in delivery.figures]
    assert [row["seq"] for row in loaded.rows()] == [int(row["seq"]) for row in delivery.figures]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("measure", "kind", ["missing column 'measure' (指标)", "Not known: kind."]),
        ("measure", "", ["missing column 'measure' (指标)", "Not known: (no heading)."]),
        ("fund", "value", ["column 'value' stands twice"]),
        ("item", "基金", ["column 'fund' stands twice"]),
        ("item", "FUND", ["column 'fund' stands twice"]),
    ],
)
def test_header_without_a_required_column_or_with_one_twice(
    delivery: SmallDelivery, lake: Path, old: str, new: str, said: list[str]
) -> None:
    delivery.header["figures"] = [new if name == old else name for name in delivery.figures[0]]
    message = refusal(delivery.write(), lake)
    assert message.startswith(f"{delivery.path()}, line 1: ")
    required = ", ".join(c.name for c in FIGURES.delivered if not c.nullable)
    for part in [*said, "models/sources/published.yml", required]:
        assert part in message


def test_columns_that_the_contract_does_not_know_are_reported_and_not_loaded(delivery: SmallDelivery, lake: Path) -> None:
    delivery.header["figures"] = [*delivery.figures[0], "省内标志", ""]
    for row in delivery.figures:
        row |= {"省内标志": "7", "": "8"}
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    assert {row["file"]: row["unknown_columns"] for row in loaded.rows("files", "ingest")} == {
        "figures.csv": "省内标志, (no heading)",
        "documents.csv": "",
        "tables.csv": "",
    }
    assert list(loaded.rows()[0]) == [*(c.name for c in FIGURES.columns), "source_file", "source_line"]
    assert [row["value"] for row in loaded.rows()] == [row["value"] for row in delivery.figures]


def test_nullable_column_that_is_missing_is_null_and_reported(delivery: SmallDelivery, lake: Path) -> None:
    delivery.header["figures"] = [name for name in delivery.figures[0] if name not in ("qualifier", "direction")]
    for row in delivery.figures:
        del row["qualifier"], row["direction"]
    loaded = load(delivery.write(), lake)
    assert loaded.quarantine == []
    assert loaded.rows("files", "ingest")[0]["missing_columns"] == "qualifier, direction"
    assert {row["direction"] for row in loaded.rows()} == {None}
    assert [row["value"] for row in loaded.rows()] == [row["value"] for row in delivery.figures]


def test_missing_column_with_a_control_total_is_refused(delivery: SmallDelivery, lake: Path) -> None:
    delivery.header["figures"] = ["amount" if name == "value" else name for name in delivery.figures[0]]
    message = refusal(delivery.write(), lake)
    assert f"{delivery.path()}, column value: the manifest has a control total of it" in message
    assert "the file has no such column" in message


@pytest.mark.parametrize(
    ("change", "count"),
    [(lambda line: line + ",x", "25"), (lambda line: line.rsplit(",", 1)[0], "23"), (lambda line: " ", "1")],
    ids=["too many", "too few", "a space"],
)
def test_too_many_or_too_few_fields_in_a_record(
    delivery: SmallDelivery, lake: Path, change: Callable[[str], str], count: str
) -> None:
    lines = delivery.write().text().split("\n")
    lines[4] = change(lines[4])
    loaded = load(delivery.replace("\n".join(lines).encode()), lake)
    fault = only_fault(loaded)
    assert fault["source_line"] == 5
    assert (fault["column_name"], fault["value"], fault["reason"]) == (None, count, "wrong number of fields")
    assert str(loaded.report.quarantined[0]).startswith(
        f"figures.csv, line 5: '{count}' wrong number of fields; expected 24 fields: seq, document, "
    )
    assert json.loads(fault["row_text"]) == next(csv.reader([lines[4]]))
    assert loaded.lines == [line_of(i) for i in range(12) if i != 3]


def test_line_break_in_a_quoted_field_keeps_line_numbers_right(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[1]["row_label"] = "合计\n其中：住院\r\n门诊"
    delivery.figures[4]["value"] = "12.3.4"
    loaded = load(delivery.write(), lake)
    assert only_fault(loaded)["source_line"] == line_of(4) + 2
    assert loaded.rows()[1]["row_label"] == "合计\n其中：住院\r\n门诊"
    assert loaded.lines[:4] == [2, 3, 6, 7]


def test_quotes_commas_and_json_in_a_field_come_through(delivery: SmallDelivery, lake: Path) -> None:
    texts = ['他说"好"', "a,b", "'", "{'a': [1]}", "\\", '"']
    for row, text in zip(delivery.figures, texts, strict=False):
        row["row_label"] = text
    assert [row["row_label"] for row in load(delivery.write(), lake).rows()[:6]] == texts


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (5, ",employee,", ',"employee,'),  # nothing closes it: it swallows the rest of the file
        (5, ",employee,", ',"employee"x,'),
    ],
)
def test_quote_that_is_not_closed_is_refused(delivery: SmallDelivery, lake: Path, line: int, old: str, new: str) -> None:
    lines = delivery.write().text().split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    message = refusal(delivery.replace("\n".join(lines).encode()), lake)
    assert f"{delivery.path()}, line {line}: the record that starts here is not readable as CSV" in message
    assert 'a quote inside it is doubled ("")' in message


def test_small_delivery_is_cut_from_the_real_one(delivery: SmallDelivery) -> None:
    real = read_csv(JINCHENG / "figures.csv")
    assert all(row in real for row in delivery.figures)
    assert len(delivery.figures) == 12
