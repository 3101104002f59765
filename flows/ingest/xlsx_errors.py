"""Cells of a workbook in which Excel shows an error (#REF!, #N/A, #DIV/0!): calamine hands them out as if they were empty."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ERROR_CELL = re.compile(rb"""\st\s*=\s*["']e["']""")
_BLOCK = 1 << 22


class ErrorCell(str):
    """What Excel shows in a cell whose formula ends in an error."""

    __slots__ = ()


def error_cells(path: Path, sheet: str) -> dict[int, dict[int, ErrorCell]]:
    """Return the errors of a sheet: number of the row, from 1 → place of the column, from 0 → error.

    The XML is parsed only where its bytes hold such a cell.

    Raises:
        zipfile.BadZipFile, KeyError, ElementTree.ParseError: it is no workbook.

    """
    with zipfile.ZipFile(path) as book:
        part = _part_of(book, sheet)
        if not _holds_errors(book, part):
            return {}
        found: dict[int, dict[int, ErrorCell]] = {}
        for row, column, error in _errors(book, part):
            found.setdefault(row, {})[column] = error
        return found


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
            if _ERROR_CELL.search(last + block):
                return True
            last = block[-32:]
    return False


def _errors(book: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, ErrorCell]]:
    """Yield row, column and text of each error; a row or cell that does not say where it stands follows the one before."""
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
            elif tag == "c" and element.get("t") == "e":
                value = next((child.text for child in element if _tag(child) == "v"), None)
                yield row, column, ErrorCell(value or "#N/A")
            elif tag == "row" and data is not None:
                data.clear()


def _column(reference: str, default: int) -> int:
    """Return the place of a column by a cell's reference: of C7 it is 2."""
    letters = re.match("[A-Z]*", reference.upper())[0]
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1 if letters else default
