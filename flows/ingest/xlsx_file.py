"""Read a delivered Excel workbook: one sheet, the first row that is not empty is the header."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.encodings import empty_file
from flows.ingest.header import read_header
from flows.ingest.staging import Malformed, ReadFile, Stager
from flows.ingest.workspace import Workspace

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
        named = [name for name in book.sheet_names if name.strip().casefold() in {table.name, table.label_zh}]
        sheets = [book.get_sheet_by_name(name) for name in named[:1] or book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise DeliveryRefusedError(
            f"{original}: not readable as an Excel workbook: {error}. Ask the sender for it again, saved as .xlsx."
        ) from error
    filled = [sheet for sheet in sheets if sheet.total_height]
    if len(filled) > 1:
        raise DeliveryRefusedError(
            f"{original}: {len(filled)} sheets hold rows: {', '.join(sheet.name for sheet in filled)}; expected one, or one "
            f"named {table.name} or {table.label_zh}"
        )
    if not filled:
        raise empty_file(original)
    return filled[0]


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
    rest of it.

    Raises:
        DeliveryRefusedError: it is no workbook, has several sheets with rows, or its header is not the contract's.

    """
    sheet = _sheet(original, path, table)
    rows = enumerate(sheet.iter_rows(), start=sheet.start[0] + 1 if sheet.start else 1)
    rows = ((number, row) for number, row in rows if any(cell not in ("", None) for cell in row))
    line, cells = next(rows)
    header = read_header(original, [_as_text(cell) for cell in cells], table, line)
    places = {name: place for place, name in enumerate(header.columns) if name is not None}
    order = [(column, places.get(column.name)) for column in table.kept]
    malformed = []
    with Stager(connection, workspace, table, file_no) as stager:
        for number, row in rows:
            cells = [("" if place is None else row[place]) for _, place in order]
            cut = [
                column.name
                for (column, _), cell in zip(order, cells, strict=True)
                if column.type == "text" and isinstance(cell, float) and abs(cell) >= _EXCEL_DIGITS
            ]
            values = [_as_text(cell) for cell in cells]
            if cut:
                text = None if table.holds_persons else json.dumps([_as_text(cell) for cell in row], ensure_ascii=False)
                reason = "is a number of more than 15 digits, of which Excel has lost some"
                malformed.append(Malformed(number, ", ".join(cut), reason, "a cell formatted as text", text))
            else:
                stager.add(number, values)
    return ReadFile(header, "xlsx", stager.rows, malformed)
