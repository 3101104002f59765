"""The header of a delivered file: which column of the contract each heading means, what is missing and what is unknown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from flows.contract import Table
from flows.errors import DeliveryRefusedError

# a heading may have a digit or two; amounts, dates and numbers of persons have as many as this in a row
_DIGITS_OF_DATA = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Header:
    """The headings of a file, in its order, as the contract's names; None for a column that the contract does not know."""

    columns: list[str | None]
    unknown: list[str]
    missing: list[str]
    line: int = 1

    @property
    def present(self) -> set[str]:
        """The contract's columns that the file carries."""
        return {name for name in self.columns if name is not None}


def headings_of(table: Table) -> dict[str, str]:
    """Return every heading that a file may use → the contract's name: national names, interface names, Chinese labels."""
    return {
        unicodedata.normalize("NFKC", heading).casefold(): column.name
        for column in table.delivered
        for heading in (column.name, *column.aliases, column.label_zh)
    }


def tidy_heading(cell: str) -> str:
    """Return a heading without the spaces around it and with full-width letters made plain."""
    return unicodedata.normalize("NFKC", cell).strip().strip("\ufeff")


def _are_headings(names: list[str], table: Table) -> bool:
    """Say whether words that stand where a header is expected may be shown: a file may begin with a record of a person.

    Where half of what is required is known it is a header; where a number stands among the rest, a record has run into it.
    """
    if not table.holds_persons:
        return True
    known = headings_of(table)
    unknown = [name for name in names if name.casefold() not in known]
    given = {known.get(name.casefold()) for name in names}
    required = [column.name for column in table.kept if not column.nullable]
    return 2 * len(given.intersection(required)) >= len(required) and not any(map(_DIGITS_OF_DATA.search, unknown))


def shown_headings(text: str, table: Table) -> str:
    """Return a header that is one column, as a message may show it, whatever separates its headings."""
    if _are_headings(re.split(r"\W+", text), table):
        return repr(text[:200])
    return f"{len(text)} characters that are not shown, as no header is known in them"


def read_header(path: Path, cells: list[str], table: Table, line: int = 1) -> Header:
    """Translate the headings of a file to the contract's names.

    Columns that the contract does not know are kept apart: they are reported and not loaded. A nullable column may be
    missing: it is null.

    Raises:
        DeliveryRefusedError: a required column is missing, or a column stands twice.

    """
    known = headings_of(table)
    names = [tidy_heading(cell) for cell in cells]
    columns = [known.get(name.casefold()) for name in names]
    given = [name for name in columns if name is not None]
    missing = [column for column in table.delivered if column.name not in given]
    faults = [f"column {name!r} stands twice" for name in sorted({c for c in given if given.count(c) > 1})]
    faults += [
        f"missing column {column.name!r} ({column.label_zh})"
        for column in missing
        if not column.nullable and column.pii != "drop"
    ]
    unknown = [name or "(no heading)" for name, column in zip(names, columns, strict=True) if column is None]
    if unknown and not _are_headings(names, table):
        unknown = [f"{len(unknown)} headings that are not shown, as a record may stand there"]
    if faults:
        stray = f" Not known: {', '.join(unknown)}." if unknown else ""
        required = ", ".join(column.name for column in table.kept if not column.nullable)
        raise DeliveryRefusedError(
            f"{path}, line {line}: {'; '.join(faults)}.{stray} The header must name each of these once, or its Chinese label "
            f"in {table.file}: {required}"
        )
    return Header(columns, unknown, [column.name for column in missing if column.pii != "drop"], line)
