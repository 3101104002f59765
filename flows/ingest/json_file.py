"""Read a delivered file of JSON lines: one object a line, its keys are the headings, its numbers stay as they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.header import headings_of, read_header, tidy_heading
from flows.ingest.staging import Malformed, ReadFile, Stager
from flows.ingest.workspace import Workspace


class _KeyTwiceError(ValueError):
    """An object has one key twice."""


class _Fraction(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _KeyTwiceError
    return found


def _as_text(value: Any, of_text: bool) -> str:
    if value is None:
        return ""
    if of_text and isinstance(value, _Fraction):
        # an id that went through a float; a whole number as it was before that
        return value.removesuffix(".0")
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def stage_json(
    connection: duckdb.DuckDBPyConnection,
    original: Path,
    path: Path,
    encoding: str,
    table: Table,
    workspace: Workspace,
    file_no: int,
) -> ReadFile:
    """Put the objects of a file into `delivered`; a line that is no object is malformed.

    The header is every key that occurs in the file: a key may be left out where it has no value.

    Raises:
        DeliveryRefusedError: no object has a required column, or two keys of an object mean one column.

    """
    known = headings_of(table)
    seen: dict[str, str | None] = {}
    malformed = []
    with (
        path.open(encoding="utf-8-sig", newline="\n") as text,
        Stager(connection, workspace, original, table, file_no) as stager,
    ):
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, parse_float=_Fraction, parse_int=str, parse_constant=str, object_pairs_hook=_once)
                if "\\u" in line:
                    json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no text
            except (ValueError, RecursionError) as error:
                malformed.append(_malformed(number, line, error, table))
                continue
            if not isinstance(found, dict):
                malformed.append(_malformed(number, line, None, table))
                continue
            for key in found:
                if key not in seen:
                    seen[key] = known.get(tidy_heading(key).casefold())
            row = {seen[key]: value for key, value in found.items()}
            if len(row) < len(found) and len({k for k in found if seen[k]}) > len([name for name in row if name]):
                raise DeliveryRefusedError(f"{original}, line {number}: two keys of the object mean one column")
            stager.add(number, [_as_text(row.get(column.name), column.type == "text") for column in table.kept])
        # keys of different lines may mean one column: inscp_amt in one, its interface name in another
        by_name = {name or f"?{key}": key for key, name in seen.items()}
        header = (
            read_header(original, list(by_name.values()), table)
            if stager.rows
            else read_header(original, [column.name for column in table.delivered], table)
        )
    return ReadFile(header, encoding, stager.rows, malformed)


def _malformed(line: int, text: str, error: Exception | None, table: Table) -> Malformed:
    if isinstance(error, _KeyTwiceError):
        reason = "has one key twice"
    else:
        reason = "is not readable as JSON" if error else "is no JSON object"
    kept = None if table.holds_persons else text.strip()
    return Malformed(line, f"{len(text.strip())} characters", reason, 'one object a line: {"setl_id": "…", …}', kept)
