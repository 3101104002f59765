"""Read a delivered Excel workbook: one sheet, the first row that is not empty is the header."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.encodings import empty_file
from flows.ingest.header import read_header
from flows.ingest.staging import Malformed, ReadFile, Stager
from flows.ingest.workspace import Workspace
from flows.ingest.xlsx_errors import NOT_COMPUTED, ErrorCell, error_cells

# Excel keeps 15 digits of a number; what stands in the cell of a longer one is not what was typed.
_EXCEL_DIGITS = 10**15


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return "" if value is None else str(value)


def _sheet(original: Path, path: Path, table: Table) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(path)
        named = [name for name in book.sheet_names if name.strip().casefold() in {table.name, table.label_zh.casefold()}]
        sheets = [book.get_sheet_by_name(name) for name in named[:1] or book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(original, error) from error
    filled = [sheet for sheet in sheets if sheet.height]
    if len(filled) > 1:
        raise DeliveryRefusedError(
            f"{original}: {len(filled)} sheets hold rows: {', '.join(sheet.name for sheet in filled)}; expected one, or one "
            f"named {table.name} or {table.label_zh}"
        )
    if not filled:
        raise empty_file(original)
    return filled[0]


def _unreadable(original: Path, error: Exception) -> DeliveryRefusedError:
    return DeliveryRefusedError(
        f"{original}: not readable as an Excel workbook: {error}. Ask the sender for it again, saved as .xlsx."
    )


def _rows(original: Path, path: Path, sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows in which something stands, errors and formulas without a value too, each with its number."""
    try:
        errors = error_cells(path, sheet.name)
    except (zipfile.BadZipFile, KeyError, ValueError, ElementTree.ParseError) as error:
        raise _unreadable(original, error) from error
    (_, first_column), (last_row, last_column) = sheet.start or (0, 0), sheet.end or (0, 0)
    # calamine ends with the last value; below it there may be formulas without one
    below = ((number, [""] * (last_column - first_column + 1)) for number in sorted(errors) if number > last_row + 1)
    # it leaves out the empty columns before the first cell, not the empty rows above it
    for number, row in chain(enumerate(sheet.iter_rows(), start=1), below):
        for place, error in errors.get(number, {}).items():
            if first_column <= place <= last_column:
                row[place - first_column] = error
        if any(cell not in ("", None) for cell in row):
            yield number, row


def _fault_of(line: int, texts: dict[str, Any]) -> Malformed | None:
    """Say what is wrong with the text columns of a row, that no rule of the contract would find in their texts."""
    if errors := {name: cell for name, cell in texts.items() if isinstance(cell, ErrorCell)}:
        computed = any(cell is not NOT_COMPUTED for cell in errors.values())
        reason = "is an error of Excel" if computed else "was saved before Excel had computed it"
        return Malformed(line, ", ".join(errors.values()), reason, "text", None, ", ".join(errors))
    if cut := [name for name, cell in texts.items() if isinstance(cell, float) and abs(cell) >= _EXCEL_DIGITS]:
        reason = "is a number of more than 15 digits, of which Excel has lost some"
        return Malformed(line, ", ".join(cut), reason, "a cell formatted as text", None)
    return None


def stage_xlsx(
    connection: duckdb.DuckDBPyConnection,
    original: Path,
    path: Path,
    table: Table,
    workspace: Workspace,
    file_no: int,
) -> ReadFile:
    """Put the rows of a workbook's sheet into `delivered`; the line is the row of the sheet.

    A number of more than 15 digits in a text column (a long id that was not typed as text) is malformed: Excel has lost the
    rest of it. So is an error of Excel in a text column, or a formula without its value; in another one it is staged, as it
    does not parse.

    Raises:
        DeliveryRefusedError: it is no workbook, has several sheets with rows, or its header is not the contract's.

    """
    sheet = _sheet(original, path, table)
    rows = _rows(original, path, sheet)
    line, cells = next(rows)
    if wrong := [cell for cell in cells if isinstance(cell, ErrorCell)]:
        raise DeliveryRefusedError(
            f"{original}, line {line}: {', '.join(dict.fromkeys(wrong))} in the place of a heading, expected its text. Mend it "
            "in Excel and save it, or ask the sender for it again."
        )
    header = read_header(original, [_as_text(cell) for cell in cells], table, line)
    places = {name: place for place, name in enumerate(header.columns) if name is not None}
    order = [(column, places.get(column.name)) for column in table.kept]
    malformed = []
    with Stager(connection, workspace, original, table, file_no) as stager:
        for number, row in rows:
            cells = [("" if place is None else row[place]) for _, place in order]
            texts = {column.name: cell for (column, _), cell in zip(order, cells, strict=True) if column.type == "text"}
            if fault := _fault_of(number, texts):
                text = None if table.holds_persons else json.dumps([_as_text(cell) for cell in row], ensure_ascii=False)
                malformed.append(replace(fault, text=text))
            else:
                stager.add(number, [_as_text(cell) for cell in cells])
    return ReadFile(header, "xlsx", stager.rows, malformed)
