"""Cells in which Excel shows an error, and formulas that were never computed: the row is put aside and the cell named.

Taken for empty, money would be lost.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from flows.errors import DeliveryRefusedError
from flows.ingest.manifest import sha256_of
from flows.ingest.write_manifest import write_manifest
from tests.ingest.claims import ClaimsDelivery, write_xlsx
from tests.ingest.deliveries import Load, SmallDelivery, load, refusal

ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NUM!", "#VALUE!", "#NULL!"]


def _write(claims: ClaimsDelivery, cells: dict[tuple[int, str], str], name: str = "setl_d.xlsx") -> Path:
    """Write the workbook with an error or a formula, (line, column) → its text, in the place of a cell."""
    claims.folder.mkdir(parents=True, exist_ok=True)
    path = claims.folder / name
    write_xlsx(path, claims.rows)
    book = openpyxl.load_workbook(path)
    columns = list(claims.rows[0])
    for (line, column), error in cells.items():
        cell = book.active.cell(line, columns.index(column) + 1, error)
        assert cell.data_type in ("e", "f")
    book.save(path)
    claims.totals = False
    return path


def _with_quota(claims: ClaimsDelivery) -> None:
    """Give every settlement an amount that may be missing."""
    for row in claims.rows:
        row["bydise_setl_payamt"] = "600.00"


def _faults(loaded: Load) -> list[tuple[int, str, str, str]]:
    assert loaded.report.outcome == "loaded", loaded.report.error
    return [(f["source_line"], f["column_name"], f["value"], f["reason"]) for f in loaded.quarantine]


@pytest.mark.parametrize("error", ERRORS)
def test_error_in_an_amount_that_may_be_missing(claims: ClaimsDelivery, lake: Path, error: str) -> None:
    _with_quota(claims)
    _write(claims, {(4, "bydise_setl_payamt"): error})
    loaded = load(claims.sign({"setl_d.xlsx": 12}).folder, lake)
    assert _faults(loaded) == [(4, "bydise_setl_payamt", error, "does not parse")]
    assert loaded.quarantine[0]["expected"].startswith("a number such as 1234.5")
    (said,) = loaded.report.quarantined
    assert str(said).startswith(f"setl_d.xlsx, line 4, column bydise_setl_payamt: '{error}' does not parse; expected a number")
    assert len(loaded.rows("setl_d", "platform")) == 11


@pytest.mark.parametrize("column", ["init_setl_id", "psn_no", "brdy", "hifp_pay", "insutype", "setl_time", "updt_time"])
def test_error_in_any_kind_of_column(claims: ClaimsDelivery, lake: Path, column: str) -> None:
    _write(claims, {(13, column): "#REF!"})
    (fault,) = _faults(load(claims.sign({"setl_d.xlsx": 12}).folder, lake))
    assert fault[:3] == (13, column, "#REF!")


def test_error_in_a_column_that_is_not_read_is_none(claims: ClaimsDelivery, lake: Path) -> None:
    _write(claims, {(5, "psn_name"): "#N/A", (6, "memo"): "#N/A"})
    assert _faults(load(claims.sign({"setl_d.xlsx": 12}).folder, lake)) == []


def test_texts_of_a_row_are_named_together(claims: ClaimsDelivery, lake: Path) -> None:
    _write(claims, {(3, "setl_id"): "#REF!", (3, "mdtrt_id"): "#N/A", (3, "hifp_pay"): "#NUM!"})
    loaded = load(claims.sign({"setl_d.xlsx": 12}).folder, lake)
    assert _faults(loaded) == [(3, "setl_id, mdtrt_id", "#REF!, #N/A", "is an error of Excel")]


def test_row_of_errors_alone_is_no_empty_row(claims: ClaimsDelivery, lake: Path) -> None:
    path = _write(claims, {})
    book = openpyxl.load_workbook(path)
    book.active.append(["#REF!"] * len(claims.rows[0]))
    book.save(path)
    loaded = load(claims.sign({"setl_d.xlsx": 13}).folder, lake)
    assert [fault[0] for fault in _faults(loaded)] == [14]
    assert len(loaded.rows("setl_d", "platform")) == 12


@pytest.mark.parametrize("column", ["bydise_setl_payamt", "brdy", "updt_time"])
def test_formula_without_a_value_is_not_empty(claims: ClaimsDelivery, lake: Path, column: str) -> None:
    """As a program writes it that does not compute: openpyxl, for one."""
    _with_quota(claims)
    _write(claims, {(4, column): "=A1&A2"})
    loaded = load(claims.sign({"setl_d.xlsx": 12}).folder, lake)
    assert _faults(loaded) == [(4, column, "#FORMULA", "does not parse")]
    assert len(loaded.rows("setl_d", "platform")) == 11


def test_formula_without_a_value_in_a_text_says_nothing_of_what_it_names(claims: ClaimsDelivery, lake: Path) -> None:
    _write(claims, {(4, "psn_no"): '="P"&"999"', (4, "init_setl_id"): "=A1"})
    (fault,) = _faults(load(claims.sign({"setl_d.xlsx": 12}).folder, lake))
    assert fault[0] == 4
    assert "999" not in str(fault)
    assert fault[3] == "was saved before Excel had computed it"


def test_rows_of_formulas_without_a_value_at_the_end_are_no_empty_rows(claims: ClaimsDelivery, lake: Path) -> None:
    path = _write(claims, {})
    book = openpyxl.load_workbook(path)
    for row in (14, 16):
        book.active.cell(row, 3, "=SUM(A1:A2)")
    book.active.cell(17, 400, "=beside the table")
    book.save(path)
    loaded = load(claims.sign({"setl_d.xlsx": 14}).folder, lake)
    assert [fault[0] for fault in _faults(loaded)] == [14, 16]
    assert len(loaded.rows("setl_d", "platform")) == 12


def test_formula_that_gives_an_empty_text_is_empty(claims: ClaimsDelivery, lake: Path) -> None:
    _with_quota(claims)
    path = _write(claims, dict.fromkeys([(4, "hifes_pay"), (5, "bydise_setl_payamt"), (6, "bydise_setl_payamt")], "=A1"))

    def compute(name: str, content: bytes) -> tuple[str, bytes]:
        for line, kind, value in ((5, b' t="str"', b"<v></v>"), (6, b"", b"<v>8.00</v>")):
            cell = rb'(<c r="[A-Z]+%d")(><f>A1</f>)<v ?/>' % line
            content = re.sub(cell, rb"\g<1>" + kind + rb"\g<2>" + value, content)
        return name, content

    _rewrite(path, compute)
    loaded = load(claims.sign({path.name: 12}).folder, lake)
    assert [fault[:2] for fault in _faults(loaded)] == [(4, "hifes_pay")]
    quota = {row["source_line"]: row["bydise_setl_payamt"] for row in loaded.rows("setl_d", "platform")}
    assert (quota[5], quota[6], quota[7]) == (None, 8, 600)


def test_text_that_reads_like_an_error_is_a_text(delivery: SmallDelivery, lake: Path) -> None:
    """A cell of text, in a workbook that holds an error elsewhere."""
    delivery.write()
    rows = delivery.figures
    path = delivery.folder / "figures.xlsx"
    book = openpyxl.Workbook()
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        book.active.append([cell or None for cell in row])
    columns = list(rows[0])
    label, value = (columns.index(name) + 1 for name in ("row_label", "value"))
    book.active.cell(2, label).value = "#REF!"
    book.active.cell(2, label).data_type = "s"
    book.active.cell(3, label, "#REF!")
    book.active.cell(4, value, "#DIV/0!")
    book.save(path)
    delivery.path().unlink()

    def follow(manifest: dict) -> None:
        manifest["files"][0] |= {"name": path.name, "sha256": sha256_of(path), "control_totals": {}}

    loaded = load(delivery.edit_manifest(follow), lake)
    assert [fault[:3] for fault in _faults(loaded)] == [(3, "row_label", "#REF!"), (4, "value", "#DIV/0!")]
    assert '"#REF!"' in loaded.quarantine[0]["row_text"]
    assert loaded.rows()[0]["row_label"] == "#REF!"


def _rewrite(path: Path, edit: Callable[[str, bytes], tuple[str, bytes]]) -> None:
    """Change the parts of a workbook: name and content."""
    with zipfile.ZipFile(path) as book:
        parts = [edit(name, book.read(name)) for name in book.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts:
            book.writestr(name, content)


def _without_references(name: str, content: bytes) -> tuple[str, bytes]:
    return name, re.sub(rb' r="[A-Z]*[0-9]+"', b"", content) if "sheet" in name else content


def _with_a_prefix(name: str, content: bytes) -> tuple[str, bytes]:
    if "sheets/sheet" in name:
        content = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", content).replace(b"xmlns=", b"xmlns:x=", 1)
    return name, content


def _with_relative_targets(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b'Target="/xl/', b'Target="')


@pytest.mark.parametrize("edit", [_without_references, _with_a_prefix, _with_relative_targets])
def test_workbooks_that_other_programs_write(
    claims: ClaimsDelivery, lake: Path, edit: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    # every cell is filled: without references a cell that is left out would move the others
    for row in claims.rows:
        row["init_setl_id"] = "S900000"
    path = _write(claims, {(4, "hifp_pay"): "#REF!", (6, "hifes_pay"): "#N/A", (8, "hifp_pay"): "=A1"})
    _rewrite(path, edit)
    loaded = load(claims.sign({"setl_d.xlsx": 12}).folder, lake)
    found = [(4, "hifp_pay", "#REF!"), (6, "hifes_pay", "#N/A"), (8, "hifp_pay", "#FORMULA")]
    assert [fault[:3] for fault in _faults(loaded)] == found


@pytest.mark.parametrize(
    "way",
    [b"<f>A1</f>", b'<f t="shared" si="0"/><v/>', b'<f t="shared" ref="A1:A2" si="0">A1</f ><v></v>', b"<f/> <v />"],
    ids=["no value", "shared", "shared, told", "nothing"],
)
def test_formula_without_a_value_alone_is_found(claims: ClaimsDelivery, lake: Path, way: bytes) -> None:
    """However it is written: the look at the bytes must not miss it."""
    path = _write(claims, {(4, "hifp_pay"): "=A1"})
    _rewrite(path, lambda name, content: (name, content.replace(b"<f>A1</f><v />", way)))
    (fault,) = _faults(load(claims.sign({path.name: 12}).folder, lake))
    assert fault[:3] == (4, "hifp_pay", "#FORMULA")


def test_the_sheet_of_the_table_beside_others_and_off_the_first_cell(claims: ClaimsDelivery, lake: Path) -> None:
    path = _write(claims, {(4, "hifp_pay"): "#REF!"})
    book = openpyxl.load_workbook(path)
    book.active.title = "结算信息"
    book.active.insert_rows(1, 2)
    book.active.insert_cols(1, 30)
    book.create_sheet("说明", 0).append(["#N/A", "a note"])
    book.save(path)
    loaded = load(claims.sign({"setl_d.xlsx": 12}).folder, lake)
    assert [fault[:3] for fault in _faults(loaded)] == [(6, "hifp_pay", "#REF!")]
    assert [row["source_line"] for row in loaded.rows("setl_d", "platform")] == [4, 5, *range(7, 16)]


def test_control_total_of_a_column_with_an_error_is_not_compared_and_no_manifest_is_written_for_it(
    claims: ClaimsDelivery, lake: Path
) -> None:
    path = _write(claims, {(4, "medfee_sumamt"): "#REF!"})
    claims.totals = True
    loaded = load(claims.sign({path.name: 12}).folder, lake)
    assert loaded.report.files[0].control_totals == "medfee_sumamt: not compared, 1 values cannot be read"
    (claims.folder / "manifest.yml").unlink()
    with pytest.raises(DeliveryRefusedError, match="column medfee_sumamt: line 4: '#REF!' cannot be summed"):
        write_manifest(claims.folder, source="platform", region="shandan", period="2025M06")


def test_sheet_that_is_not_where_the_workbook_says(claims: ClaimsDelivery, lake: Path) -> None:
    path = _write(claims, {})
    _rewrite(path, lambda name, content: (name, content.replace(b"sheet1.xml", b"sheet9.xml")))
    assert "setl_d.xlsx: not readable as an Excel workbook" in refusal(claims.sign({path.name: 12}).folder, lake)
