"""Read a delivered text file: its encoding, its header and its records, each with the line it starts on."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.contract import Table
from flows.errors import DeliveryRefusedError


@dataclass(frozen=True)
class Record:
    """One record of a file: the line that it starts on and its fields."""

    line: int
    fields: list[str]


@dataclass
class TextFile:
    """A delivered file, decoded; `columns` are the contract's names in the file's order."""

    path: Path
    encoding: str
    columns: list[str]
    records: list[Record]
    malformed: list[Record]


def _empty(path: Path) -> str:
    return f"{path}: the file is empty; expected a header line, then records. Ask the sender for it again."


def decode(path: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8 with or without BOM, or else GB18030.

    Extracts from bureaus are often GB18030 (GBK is a part of it). A text that is valid UTF-8 and holds other
    than ASCII is, for all practical purposes, never GB18030.

    Raises:
        DeliveryRefusedError: the file is empty or is in neither encoding.

    """
    content = path.read_bytes()
    if not content.strip():
        raise DeliveryRefusedError(_empty(path))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DeliveryRefusedError(f"{path}: the file is UTF-16; expected UTF-8 or GB18030. Save it as 'CSV UTF-8'.")
    at = 0  # the encoding that got further is likely the one that was meant
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), "utf-8" if encoding == "utf-8-sig" else encoding
        except UnicodeDecodeError as error:
            at = max(at, error.start)
    line = content.count(b"\n", 0, at) + 1
    raise DeliveryRefusedError(
        f"{path}, line {line}: byte {at} fits neither UTF-8 nor GB18030. Save it as 'CSV UTF-8' where it comes "
        "from, or ask the sender for it again."
    )


def _read_header(path: Path, header: Record, table: Table) -> list[str]:
    """Translate the header to the contract's names; national names and Chinese labels both serve."""
    by_label = {unicodedata.normalize("NFKC", column.label_zh): column.name for column in table.delivered}
    known = {column.name for column in table.delivered}
    names = [unicodedata.normalize("NFKC", cell).strip() for cell in header.fields]
    columns = [name if name in known else by_label.get(name, name) for name in names]
    faults = [f"unknown column {name!r}" for name in columns if name not in known]
    faults += [f"column {name!r} stands twice" for name in sorted({c for c in columns if columns.count(c) > 1})]
    faults += [f"missing column {column.name!r}" for column in table.delivered if column.name not in columns]
    if faults:
        raise DeliveryRefusedError(
            f"{path}, line {header.line}: {'; '.join(faults)}. The header must name each of these once, or its "
            f"Chinese label in models/sources/{table.source}.yml: "
            f"{', '.join(column.name for column in table.delivered)}"
        )
    return columns


def _records(path: Path, text: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for fields in reader:
            if fields:  # an empty line is no record
                yield Record(start, fields)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DeliveryRefusedError(
            f"{path}, line {start}: the record that starts here is not readable as CSV: {error}. A quote that "
            'opens a field must close it, and a quote inside it is doubled ("").'
        ) from error


def read_text_file(path: Path, table: Table) -> TextFile:
    """Read a CSV file by its contract. Records with too many or too few fields are kept apart as malformed.

    Raises:
        DeliveryRefusedError: the file as a whole cannot be read (empty, encoding, header, an open quote).

    """
    text, encoding = decode(path)
    records = _records(path, text)
    header = next(records, None)
    if header is None:
        raise DeliveryRefusedError(_empty(path))
    columns = _read_header(path, header, table)
    good, malformed = [], []
    for record in records:
        (good if len(record.fields) == len(columns) else malformed).append(record)
    return TextFile(path, encoding, columns, good, malformed)
