"""Cells of a workbook that calamine hands out as if they were empty, and that are not.

Such are those in which Excel shows an error (#REF!, #N/A, #DIV/0!), and formulas that a program wrote and never computed: the
file holds no value of them until Excel has opened it and saved it again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SUSPECTS = (
    # an error
    re.compile(rb"""\st\s*=\s*["']e["']"""),
    # a formula, and then the end of the cell or an empty value
    re.compile(rb"<(?:/(?:\w+:)?f\s*>|(?:\w+:)?f(?:\s[^<>]*)?/>)\s*(?:</(?:\w+:)?c\s*>|<(?:\w+:)?v\s*(?:/>|>\s*</))"),
)
_BLOCK = 1 << 22
_LONGEST_SUSPECT = 1 << 10


class ErrorCell(str):
    """What stands for a cell without a value: what Excel shows for an error, or the words for a formula."""

    __slots__ = ()


# a word of ours: the formula itself may hold a name
NOT_COMPUTED = ErrorCell("#FORMULA")


def error_cells(path: Path, sheet: str) -> dict[int, dict[int, ErrorCell]]:
    """Return the cells of a sheet that have no value: number of the row, from 1 → place of the column, from 0 → what it shows.

    The XML is parsed only where its bytes look as if they held one.

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
            if any(suspect.search(last + block) for suspect in _SUSPECTS):
                return True
            last = block[-_LONGEST_SUSPECT:]
    return False


def _errors(book: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, ErrorCell]]:
    """Yield row, column and text of each such cell; a row or cell that does not say where it stands follows the one before."""
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
                parts = {_tag(child): child.text for child in element}
                if element.get("t") == "e":
                    yield row, column, ErrorCell(parts.get("v") or "#N/A")
                # a formula that gives an empty text is of type str
                elif "f" in parts and not parts.get("v") and element.get("t") != "str":
                    yield row, column, NOT_COMPUTED
            elif tag == "row" and data is not None:
                data.clear()


def _column(reference: str, default: int) -> int:
    """Return the place of a column by a cell's reference: of C7 it is 2."""
    letters = re.match("[A-Z]*", reference.upper())[0]
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1 if letters else default
