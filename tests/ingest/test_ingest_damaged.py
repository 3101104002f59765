"""What reads well and is wrong: numbers that a program has spoilt, names under codes, another unit. None is lost or let in."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from flows.ingest import fast
from flows.ingest.flow import ingest
from flows.settings import Settings
from tests.ingest.claims import ClaimsDelivery, as_delimited, pack, settlement, write_parquet, write_xlsx
from tests.ingest.deliveries import Load, load, refusal


def _faults(loaded: Load) -> list[tuple[int, str, str]]:
    assert loaded.report.outcome == "loaded", loaded.report.error
    return [(f["source_line"], f["column_name"], f["reason"]) for f in loaded.quarantine]


@pytest.fixture(params=["careful", "fast"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read small files the careful way, or try the fast one first, as with large files."""
    monkeypatch.setattr(fast, "LARGE", 0 if request.param == "fast" else 1 << 60)


# --- numbers ---


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("value", ["1.23E+05", "6e+3"])
def test_amount_of_which_excel_left_three_digits_is_none(claims: ClaimsDelivery, lake: Path, value: str) -> None:
    claims.rows[3]["hi_agre_sumfee"] = value
    assert _faults(load(claims.write().folder, lake)) == [(5, "hi_agre_sumfee", "does not parse")]


@pytest.mark.usefixtures("way")
def test_amount_as_java_writes_it_is_whole(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[3]["hi_agre_sumfee"] = "1.23456789E7"
    loaded = load(claims.write().folder, lake)
    assert _faults(loaded) == []
    assert loaded.rows("setl_d", "platform")[3]["hi_agre_sumfee"] == Decimal("12345678.90")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "number", ["6.20725E+13", "6207250000\u00a00001", "'62072500000001", "—", "６２０７２５０００００００１"]
)
def test_number_of_a_person_that_would_make_another_person_is_put_aside(
    claims: ClaimsDelivery, lake: Path, number: str
) -> None:
    claims.rows[3]["psn_no"] = number
    loaded = load(claims.write().folder, lake)
    assert _faults(loaded) == [(5, "psn_no", "is no identifier")]
    assert number not in str(loaded.quarantine)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("column", ["setl_id", "mdtrt_id"])
def test_id_of_which_excel_has_lost_the_end_is_none(claims: ClaimsDelivery, lake: Path, column: str) -> None:
    claims.rows[3][column] = "6.20725E+17"
    assert _faults(load(claims.write().folder, lake)) == [(5, column, "is no identifier")]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("column", ["naty", "cvlserv_flag", "fixmedins_code", "clr_type", "emp_no", "hosp_lv"])
@pytest.mark.parametrize("value", ["赵丹霞", "622222198001010012"])
def test_name_or_certificate_under_the_heading_of_a_code_is_put_aside(
    claims: ClaimsDelivery, lake: Path, column: str, value: str
) -> None:
    good = "H62072500001" if column == "fixmedins_code" else "01"
    for row in claims.rows:
        row[column] = good
    claims.rows[3][column] = value
    loaded = load(claims.write().folder, lake)
    # the check digit of the certificate is none; what is as long as an id may be one
    expected = [] if value.isdigit() and column in ("fixmedins_code", "emp_no") else [(5, column, "is no code")]
    assert _faults(loaded) == expected
    assert value not in str(loaded.quarantine)


@pytest.mark.usefixtures("way")
def test_certificate_under_the_heading_of_a_long_code_is_put_aside(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[3]["emp_no"] = ""
    for row in claims.rows:
        row["emp_no"] = "91620725"
    claims.rows[3]["emp_no"] = "11010519491231002X"  # of the standard's own example
    assert _faults(load(claims.write().folder, lake)) == [(5, "emp_no", "is no code")]


# --- units ---


@pytest.mark.parametrize("spoilt", ["x", "1.0035"])
def test_unit_is_wrong_even_where_a_value_cannot_be_read(claims: ClaimsDelivery, lake: Path, spoilt: str) -> None:
    """A file in 万元 whose total is in yuan: the values that cannot be read do not make up for it."""
    for row in claims.rows:
        row["medfee_sumamt"] = "1.00"
    claims.rows[0]["medfee_sumamt"] = spoilt
    claims.totals = False
    claims.write()

    def in_yuan(manifest: dict) -> None:
        manifest["files"][0]["control_totals"] = {"medfee_sumamt": "120000.00"}

    said = refusal(claims.sign({"setl_d.csv": 12}, in_yuan).folder, lake)
    assert "the values that can be read sum to 1" in said
    assert "control total is 120000" in said
    assert "1 values cannot be read, and do not explain it" in said


# --- formats ---


def test_parquet_that_keeps_ids_as_numbers_gives_the_same_persons(claims: ClaimsDelivery, lake: Path, tmp_path: Path) -> None:
    for row in claims.rows:
        row["insu_admdvs"], row["fixmedins_name"] = "620725", "县医院"
    whole = load(claims.write().folder, tmp_path / "whole").rows("setl_d", "platform")
    (claims.folder / "setl_d.csv").unlink()
    path = claims.folder / "setl_d.parquet"
    write_parquet(path, claims.rows)
    text = path.rename(tmp_path / "text.parquet")
    duckdb.execute(
        "copy (select * replace (cast(psn_no as double) as psn_no, cast(insu_admdvs as decimal(10, 2)) as insu_admdvs, "
        f"encode(fixmedins_name) as fixmedins_name) from read_parquet('{text}')) to '{path}' (format parquet)"
    )
    loaded = load(claims.sign({path.name: 12}).folder, lake).rows("setl_d", "platform")
    for name in ("psn_no", "insu_admdvs", "fixmedins_name"):
        assert [row[name] for row in loaded] == [row[name] for row in whole], name


def test_parquet_with_amounts_of_seven_digits_is_refused(claims: ClaimsDelivery, lake: Path, tmp_path: Path) -> None:
    claims.folder.mkdir(parents=True)
    path = claims.folder / "setl_d.parquet"
    write_parquet(path, claims.rows)
    text = path.rename(tmp_path / "text.parquet")
    duckdb.execute(
        f"copy (select * replace (cast(hifp_pay as float) as hifp_pay) from read_parquet('{text}')) "
        f"to '{path}' (format parquet)"
    )
    said = refusal(claims.sign({path.name: 12}).folder, lake)
    assert "setl_d.parquet, column hifp_pay: stored as FLOAT, which keeps seven digits" in said


def _write_lines(claims: ClaimsDelivery, lines: list[str]) -> ClaimsDelivery:
    claims.folder.mkdir(parents=True)
    (claims.folder / "setl_d.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    claims.totals = False
    return claims.sign({"setl_d.jsonl": len(lines)})


def test_json_number_of_a_person_that_went_through_a_float_is_the_same_person(claims: ClaimsDelivery, lake: Path) -> None:
    rows = [{name: value for name, value in settlement(0, setl_id=f"S{n}").items() if value} for n in range(2)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines[1] = lines[1].replace(f'"{rows[1]["psn_no"]}"', f"{rows[1]['psn_no']}.0")
    loaded = load(_write_lines(claims, lines).folder, lake)
    assert len({row["psn_no"] for row in loaded.rows("setl_d", "platform")}) == 1


def test_json_text_that_was_cut_within_a_sign_is_put_aside(claims: ClaimsDelivery, lake: Path) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in claims.rows]
    lines[2] = lines[2].replace('"dise_name": ""', "") if "dise_name" in lines[2] else lines[2]
    lines[2] = lines[2].removesuffix("}") + ', "dise_name": "肺炎\\ud83d"}'
    (fault,) = load(_write_lines(claims, lines).folder, lake).quarantine
    assert (fault["source_line"], fault["reason"]) == (3, "is not readable as JSON")


def test_record_that_is_too_long_is_refused_and_not_shown(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[2]["dise_name"] = "x" * 16_000_000
    lines = [json.dumps(row, ensure_ascii=False) for row in claims.rows]
    said = refusal(_write_lines(claims, lines).folder, lake)
    assert "setl_d.jsonl: a record of more than 16,000,000 bytes" in said
    assert claims.rows[2]["psn_no"] not in said


def test_zip_of_macos_holds_one_file(claims: ClaimsDelivery, lake: Path) -> None:
    claims.write()
    path = pack(claims.folder / "setl_d.csv", "zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._setl_d.csv", b"of the Finder")
    assert load(claims.sign({path.name: 12}).folder, lake).report.outcome == "loaded"


# --- workbooks ---


def _workbook(claims: ClaimsDelivery) -> tuple[Path, openpyxl.Workbook, list[str]]:
    claims.folder.mkdir(parents=True)
    for row in claims.rows:
        row["bydise_setl_payamt"] = "600.00"
    path = claims.folder / "setl_d.xlsx"
    write_xlsx(path, claims.rows)
    claims.totals = False
    return path, openpyxl.load_workbook(path), list(claims.rows[0])


def test_every_cell_of_an_array_formula_without_values_is_put_aside(claims: ClaimsDelivery, lake: Path) -> None:
    path, book, columns = _workbook(claims)
    letter = book.active.cell(1, columns.index("bydise_setl_payamt") + 1).column_letter
    for line in range(3, 6):
        book.active[f"{letter}{line}"] = None
    book.active[f"{letter}3"] = ArrayFormula(f"{letter}3:{letter}5", "=A3:A5*2")
    book.save(path)
    loaded = load(claims.sign({path.name: 12}).folder, lake)
    assert _faults(loaded) == [(line, "bydise_setl_payamt", "does not parse") for line in (3, 4, 5)]


@pytest.mark.parametrize(
    "cell",
    [b' t="str"><f>A1</f>', b"><f>A1</f><v> </v>", b'><f>A1</f><v xml:space="preserve"></v>', b"><f>A1</f><!-- --><v/>"],
    ids=["text without a value", "blank", "kept blank", "comment"],
)
def test_formula_without_a_value_in_other_words(claims: ClaimsDelivery, lake: Path, cell: bytes) -> None:
    path, book, columns = _workbook(claims)
    book.active.cell(4, columns.index("bydise_setl_payamt") + 1, "=A1")
    book.save(path)
    _edit(path, "sheet1.xml", b"><f>A1</f><v />", cell)
    assert _faults(load(claims.sign({path.name: 12}).folder, lake)) == [(4, "bydise_setl_payamt", "does not parse")]


@pytest.mark.parametrize(("waits", "aside"), [(True, [4]), (False, [])])
def test_zero_that_stands_until_excel_computes_is_no_amount(
    claims: ClaimsDelivery, lake: Path, waits: bool, aside: list[int]
) -> None:
    """As XlsxWriter leaves every formula."""
    path, book, columns = _workbook(claims)
    book.active.cell(4, columns.index("bydise_setl_payamt") + 1, "=A1")
    book.active.cell(5, columns.index("bydise_setl_payamt") + 1, "=A2")
    book.calculation.fullCalcOnLoad = waits
    book.save(path)
    _edit(path, "sheet1.xml", b"<f>A1</f><v />", b"<f>A1</f><v>0</v>")
    _edit(path, "sheet1.xml", b"<f>A2</f><v />", b"<f>A2</f><v>70</v>")
    loaded = load(claims.sign({path.name: 12}).folder, lake)
    assert [line for line, _, _ in _faults(loaded)] == aside


def test_heading_that_is_a_formula_is_refused(claims: ClaimsDelivery, lake: Path) -> None:
    path, book, columns = _workbook(claims)
    book.active.cell(1, columns.index("bydise_setl_payamt") + 1, '="bydise"&"_setl_payamt"')
    book.save(path)
    assert "setl_d.xlsx, line 1: #FORMULA in the place of a heading" in refusal(claims.sign({path.name: 12}).folder, lake)


def _edit(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    changed = {name: content.replace(old, new) if name.endswith(part) else content for name, content in parts.items()}
    assert changed != parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in changed.items():
            book.writestr(name, content)


# --- manifests ---


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sent_on: 2025-02-30", "day is out of range for month"),
        ("note: 2025-06-31", "day is out of range for month"),
        ("revision: 99999999999999999999", "revision: Input should be less than or equal to"),
        (f"delivery: {'a' * 300}", "delivery: String should have at most 100 characters"),
    ],
)
def test_manifest_at_fault_holds_up_no_other_delivery(
    claims: ClaimsDelivery, use_settings: object, tmp_path: Path, line: str, said: str
) -> None:
    settings: Settings = use_settings(tmp_path)
    claims.write()
    bad = claims.folder.with_name("shandan_bad")
    bad.mkdir()
    (bad / "setl_d.csv").write_text(as_delimited(claims.rows), encoding="utf-8")
    text = (claims.folder / "manifest.yml").read_text(encoding="utf-8")
    key = line.split(":")[0]
    lines = [line if old.startswith(f"{key}:") else old for old in text.splitlines()]
    (bad / "manifest.yml").write_text("\n".join(lines if line in lines else [*lines, line]), encoding="utf-8")
    report = ingest(claims.folder.parent, settings.lake)
    assert [load.outcome for load in report.loads] == ["refused", "loaded"]
    assert said in report.loads[0].error
