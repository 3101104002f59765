"""Every format that a bureau sends, plain or packed, gives the same rows; what is damaged is refused with its reason."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.contract import load_contracts
from flows.ingest.write_manifest import write_manifest
from tests.ingest.claims import (
    ClaimsDelivery,
    Row,
    as_delimited,
    pack,
    settlement,
    write_json,
    write_parquet,
    write_xlsx,
)
from tests.ingest.deliveries import Load, load, refusal

SETTLEMENTS = load_contracts()["platform"]["setl_d"]


def _text(delimiter: str, encoding: str = "utf-8") -> Callable[[Path, list[Row]], Any]:
    return lambda path, rows: path.write_bytes(as_delimited(rows, delimiter).encode(encoding))


WRITERS: dict[str, Callable[[Path, list[Row]], Any]] = {
    "setl_d.csv": _text(","),
    "setl_d.bom.csv": _text(",", "utf-8-sig"),
    "setl_d.gb18030.csv": _text("|", "gb18030"),
    "setl_d.txt": _text("|"),
    "setl_d.tsv": _text("\t"),
    "setl_d.jsonl": write_json,
    "setl_d.xlsx": write_xlsx,
    "setl_d.parquet": write_parquet,
}


def _values(loaded: Load) -> list[dict[str, Any]]:
    assert loaded.report.outcome == "loaded", loaded.report.error
    assert loaded.quarantine == []
    places = ("source_file", "source_line")
    return [{k: v for k, v in row.items() if k not in places} for row in loaded.rows("setl_d", "platform")]


@pytest.mark.parametrize("packed", ["", "gz", "zip"])
@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(claims: ClaimsDelivery, tmp_path: Path, lake: Path, name: str, packed: str) -> None:
    plain = ClaimsDelivery(tmp_path / "plain" / "plain", claims.rows).write()
    expected = _values(load(plain.folder, tmp_path / "plain_lake"))
    claims.folder.mkdir(parents=True)
    path = claims.folder / name
    WRITERS[name](path, claims.rows)
    if packed:
        path = pack(path, packed)
    claims.sign({path.name: len(claims.rows)})
    loaded = load(claims.folder, lake)
    assert _values(loaded) == expected
    assert len(expected) == 12
    first = loaded.rows("setl_d", "platform")[0]
    # a JSON line and a Parquet row have no header before them
    assert (first["source_file"], first["source_line"]) == (path.name, 1 if name.endswith(("jsonl", "parquet")) else 2)
    said = "gb18030" if "gb18030" in name else name.split(".")[-1] if name.endswith(("xlsx", "parquet")) else "utf-8"
    assert loaded.rows("files", "ingest")[0]["encoding"] == said


@pytest.mark.parametrize("name", WRITERS)
def test_a_manifest_is_written_for_every_format(claims: ClaimsDelivery, lake: Path, name: str) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / name
    WRITERS[name](path, claims.rows)
    path = pack(path, "gz")
    write_manifest(claims.folder, source="platform", region="shandan", period="2025M06")
    loaded = load(claims.folder, lake)
    assert len(_values(loaded)) == 12
    compared = loaded.rows("files", "ingest")[0]["control_totals"]
    assert f"medfee_sumamt: {sum(Decimal(row['medfee_sumamt']) for row in claims.rows).normalize():f};" in compared


@pytest.mark.parametrize("headings", ["label", "alias", "upper"])
def test_headings_of_the_platform_its_interfaces_and_in_chinese(claims: ClaimsDelivery, lake: Path, headings: str) -> None:
    def heading(name: str) -> str:
        column = SETTLEMENTS.column(name)
        if headings == "label":
            return column.label_zh
        return name.upper() if headings == "upper" else (column.aliases or [name])[-1]

    header = [heading(name) for name in claims.rows[0]]
    assert header != list(claims.rows[0])
    loaded = load(claims.write(text=as_delimited(claims.rows, header=header)).folder, lake)
    assert [row["setl_id"] for row in _values(loaded)] == [row["setl_id"] for row in claims.rows]
    assert loaded.rows("files", "ingest")[0]["unknown_columns"] == ""


@pytest.mark.parametrize("keep", [0.2, 0.9])
def test_gz_that_was_cut_off_is_refused(claims: ClaimsDelivery, lake: Path, keep: float) -> None:
    claims.folder.mkdir(parents=True)
    packed = gzip.compress(as_delimited(claims.rows).encode())
    path = claims.folder / "setl_d.csv.gz"
    path.write_bytes(packed[: int(len(packed) * keep)])
    message = refusal(claims.sign({path.name: 12}).folder, lake)
    assert message.startswith(f"{path}: the gz archive cannot be unpacked after ")
    assert "cut off or damaged on its way" in message


def test_zip_with_several_files_and_one_that_is_none(claims: ClaimsDelivery, lake: Path) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / "setl_d.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("setl_d.csv", as_delimited(claims.rows))
        archive.writestr("readme.txt", "x")
    assert f"{path}: the zip holds 2 files, expected one" in refusal(claims.sign({path.name: 12}).folder, lake)
    path.write_bytes(b"no zip at all")
    assert f"{path}: the zip archive cannot be unpacked" in refusal(claims.sign({path.name: 12}).folder, lake)


def test_zip_named_after_its_table_alone(claims: ClaimsDelivery, lake: Path) -> None:
    claims.folder.mkdir(parents=True)
    with zipfile.ZipFile(claims.folder / "setl_d.zip", "w") as archive:
        archive.writestr("extract/结算.csv", as_delimited(claims.rows).encode("gb18030"))
    assert len(_values(load(claims.sign({"setl_d.zip": 12}).folder, lake))) == 12


def test_format_that_nobody_knows(claims: ClaimsDelivery, lake: Path) -> None:
    message = refusal(claims.write("setl_d.dbf").folder, lake)
    assert f"{claims.folder / 'setl_d.dbf'}: the name does not say the format; expected one of .csv, " in message


@pytest.mark.parametrize("delimiter", [";", "^", "\x01"])
def test_delimiter_that_is_not_read(claims: ClaimsDelivery, lake: Path, delimiter: str) -> None:
    message = refusal(claims.write(text=as_delimited(claims.rows, delimiter)).folder, lake)
    header = f"setl_id{delimiter}mdtrt_id"
    assert message.startswith(f"{claims.folder / 'setl_d.csv'}, line 1: the header is one column, {header!r}"[:-1])
    assert "separated by comma, tab, |" in message


def test_two_encodings_in_a_file_are_refused_with_their_lines(claims: ClaimsDelivery, lake: Path) -> None:
    claims.write()
    lines = as_delimited(claims.rows).splitlines(keepends=True)
    content = "".join(lines[:7]).encode() + "".join(lines[7:]).encode("gb18030")
    (claims.folder / "setl_d.csv").write_bytes(content)
    message = refusal(claims.sign({"setl_d.csv": 12}).folder, lake)
    assert "line 2 is UTF-8 and line 8 is GB18030; expected one encoding in a file" in message


def test_required_columns_that_are_missing_are_all_named(claims: ClaimsDelivery, lake: Path) -> None:
    rows = [{k: v for k, v in row.items() if k not in ("setl_time", "hifp_pay", "psn_name")} for row in claims.rows]
    message = refusal(claims.write(text=as_delimited(rows)).folder, lake)
    assert "missing column 'setl_time' (结算时间); missing column 'hifp_pay' (统筹基金支出). The header must name" in message


def test_json_lines_that_are_none_go_to_quarantine(claims: ClaimsDelivery, lake: Path) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / "setl_d.jsonl"
    write_json(path, claims.rows[:3])
    path.write_text(path.read_text() + '{"setl_id": "S9", "psn_name": "赵丹霞"\n["赵丹霞"]\n\n{"setl_id": 1, "setl_id": 2}\n')
    claims.totals = False
    loaded = load(claims.sign({path.name: 6}).folder, lake)
    faults = [(f["source_line"], f["reason"], f["row_text"]) for f in loaded.quarantine]
    assert faults == [
        (4, "is not readable as JSON", None),
        (5, "is no JSON object", None),
        (7, "has one key twice", None),
    ]
    assert len(loaded.rows("setl_d", "platform")) == 3


def test_amounts_of_json_lines_do_not_pass_through_floats(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows = [settlement(0, medfee_sumamt="12345678901234.57"), settlement(1, medfee_sumamt="0.30")]
    claims.folder.mkdir(parents=True)
    write_json(claims.folder / "setl_d.jsonl", claims.rows)
    rows = _values(load(claims.sign({"setl_d.jsonl": 2}).folder, lake))
    assert [str(row["medfee_sumamt"]) for row in rows] == ["12345678901234.57", "0.30"]


def test_long_id_that_excel_took_for_a_number_goes_to_quarantine(claims: ClaimsDelivery, lake: Path) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / "setl_d.xlsx"
    write_xlsx(path, claims.rows)
    book = openpyxl.load_workbook(path)
    book.active["A3"] = 620725202506070001
    book.save(path)
    claims.totals = False
    (fault,) = load(claims.sign({path.name: 12}).folder, lake).quarantine
    assert (fault["source_line"], fault["value"], fault["expected"]) == (3, "setl_id", "a cell formatted as text")
    assert fault["reason"] == "is a number of more than 15 digits, of which Excel has lost some"


def test_workbook_with_several_sheets(claims: ClaimsDelivery, lake: Path, tmp_path: Path) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / "setl_d.xlsx"
    write_xlsx(path, claims.rows)
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明").append(["一月", 1])
    book.save(path)
    assert "2 sheets hold rows: Sheet, 说明; expected one, or one named setl_d or 结算信息" in refusal(
        claims.sign({path.name: 12}).folder, lake
    )
    book["Sheet"].title = "结算信息"
    book.save(path)
    assert len(_values(load(claims.sign({path.name: 12}).folder, tmp_path / "lake2"))) == 12


@pytest.mark.parametrize("name", ["setl_d.xlsx", "setl_d.parquet"])
def test_binary_file_that_is_damaged(claims: ClaimsDelivery, lake: Path, name: str) -> None:
    claims.folder.mkdir(parents=True)
    WRITERS[name](claims.folder / name, claims.rows)
    content = (claims.folder / name).read_bytes()
    (claims.folder / name).write_bytes(content[: len(content) // 2])
    message = refusal(claims.sign({name: 12}).folder, lake)
    assert message.startswith(f"{claims.folder / name}: not readable as ")
    assert "sender for it again" in message
