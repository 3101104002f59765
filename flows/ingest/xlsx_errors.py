"""Cells of a workbook that calamine hands out as if they were empty, and that are not.

Such are those in which Excel shows an error (#REF!, #N/A, #DIV/0!), and formulas that a program wrote and never computed: the
file holds no value of them until Excel has opened it and saved it again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# an error, or a formula
_SUSPECTS = (re.compile(rb"""\st\s*=\s*["']e["']"""), re.compile(rb"<(?:\w+:)?f[\s/>]"))
# Excel computes all formulas when it opens such a workbook: what stands in their cells, a program put there, most often 0
_NOT_YET_COMPUTED = re.compile(rb"""\sfullCalcOnLoad\s*=\s*["'](1|true)["']""")
_BLOCK = 1 << 22
_LONGEST_SUSPECT = 1 << 8
_MOST_CELLS = 1 << 22


class ErrorCell(str):
    """What stands for a cell without a value: what Excel shows for an error, or the words for a formula."""

    __slots__ = ()


# a word of ours: the formula itself may hold a name
NOT_COMPUTED = ErrorCell("#FORMULA")


def error_cells(path: Path, sheet: str) -> dict[int, dict[int, ErrorCell]]:
    """Return the cells of a sheet that have no value: number of the row, from 1 → place of the column, from 0 → what it shows.

    The XML is parsed only where its bytes look as if they held one.

    Raises:
        zipfile.BadZipFile, KeyError, ValueError, ElementTree.ParseError: it is no workbook.

    """
    with zipfile.ZipFile(path) as book:
        part = _part_of(book, sheet)
        if not _holds_errors(book, part):
            return {}
        found: dict[int, dict[int, ErrorCell]] = {}
        for row, column, error in _errors(book, part, zeros_count=not _waits_for_excel(book)):
            found.setdefault(row, {})[column] = error
        return found


def _waits_for_excel(book: zipfile.ZipFile) -> bool:
    names = {name.replace("\\", "/").lower(): name for name in book.namelist()}
    return bool(_NOT_YET_COMPUTED.search(book.read(names[_WORKBOOK])))


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the sheet's XML in the archive."""
    names = {name.replace("\\", "/").lower(): name for name in book.namelist()}
    ids = {}
    for element in ElementTree.fromstring(book.read(names[_WORKBOOK])).iter():
        if _tag(element) == "sheet":
            ids[element.get("name")] = next((value for key, value in element.items() if key.endswith("}id")), None)
    targets = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(book.read(names[_RELATIONS])).iter()}
    target = targets[ids[sheet]].replace("\\", "/").lower()
    return names[target.lstrip("/") if target.startswith("/") else f"xl/{target}"]


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _holds_errors(book: zipfile.ZipFile, part: str) -> bool:
    last = b""
    with book.open(part) as content:
        while block := content.read(_BLOCK):
            if any(suspect.search(last + block) for suspect in _SUSPECTS):
                return True
            last = block[-_LONGEST_SUSPECT:]
    return False


def _errors(book: zipfile.ZipFile, part: str, *, zeros_count: bool) -> Iterator[tuple[int, int, ErrorCell]]:
    """Yield row, column and text of each such cell; a row or cell that does not say where it stands follows the one before.

    `zeros_count`: whether a formula's 0 is its value.
    """
    row, column = 0, -1
    data = None
    with book.open(part) as content:
        for event, element in ElementTree.iterparse(content, ("start", "end")):
            tag = _tag(element)
            if event == "start":
                if tag == "sheetData":
                    data = element
                elif tag == "row":
                    row, column = int(element.get("r") or row + 1), -1
                elif tag == "c":
                    column = _column(element.get("r") or "", column + 1)
            elif tag == "c":
                parts = {_tag(child): child for child in element}
                value = (parts["v"].text or "").strip() if "v" in parts else ""
                if element.get("t") == "e":
                    yield row, column, ErrorCell(value or "#N/A")
                elif "f" in parts and not _is_computed(element, value, zeros_count, "v" in parts):
                    for place in _places(parts["f"], row, column):
                        yield *place, NOT_COMPUTED
            elif tag == "row" and data is not None:
                data.clear()


def _is_computed(cell: ElementTree.Element, value: str, zeros_count: bool, has_value: bool) -> bool:
    """Say whether the value of a formula's cell is that of the formula."""
    if cell.get("t") == "str":  # an empty text is one
        return has_value
    return bool(value) and (zeros_count or value.strip("0.") != "" or cell.get("t") is not None)


def _places(formula: ElementTree.Element, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Yield row and column of each cell that a formula stands for: an array formula is written in the first of them alone."""
    reference = (formula.get("ref") or "").upper() if formula.get("t") in ("array", "dataTable") else ""
    corners = [re.fullmatch("([A-Z]+)([0-9]+)", corner) for corner in reference.split(":")]
    if len(corners) != 2 or None in corners:
        yield row, column
        return
    (left, top), (right, bottom) = ((_column(corner[1], 0), int(corner[2])) for corner in corners)
    if (cells := (bottom - top + 1) * (right - left + 1)) > _MOST_CELLS:
        raise ValueError(f"an array formula for {cells:,} cells")
    yield from product(range(top, bottom + 1), range(left, right + 1))


def _column(reference: str, default: int) -> int:
    """Return the place of a column by a cell's reference: of C7 it is 2."""
    letters = re.match("[A-Z]*", reference.upper())[0]
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1 if letters else default
