"""Write the manifest of a delivery that one vouches for oneself: rows, hashes and control totals of its files."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import yaml

from flows.contract import Column, load_contracts
from flows.errors import DeliveryRefusedError, UsageError
from flows.ingest.manifest import MANIFEST_NAME, Manifest, ManifestFile, sha256_of
from flows.ingest.reader import read_text_file
from flows.ingest.rows import stage, sum_of
from flows.ingest.typing_sql import TYPES


def _describe_file(path: Path, source: str) -> ManifestFile:
    """Count, hash and sum one file; its stem names the table that it feeds."""
    table = load_contracts()[source][path.stem]
    text = read_text_file(path, table)
    with duckdb.connect() as connection:
        stage(connection, text)
        numbers = [c for c in table.delivered if c.type == "printed_number"]
        for column in numbers:
            _refuse_unreadable(connection, path, column)
        totals = {column.name: sum_of(connection, column) for column in numbers}
    rows = len(text.records) + len(text.malformed)
    return ManifestFile(name=path.name, table=table.name, rows=rows, sha256=sha256_of(path), control_totals=totals)


def _refuse_unreadable(connection: duckdb.DuckDBPyConnection, path: Path, column: Column) -> None:
    rule = TYPES[column.type]
    faults = connection.execute(
        f'select source_line, "{column.name}" from delivered where not {rule.is_empty(column.name)} '
        f"and not {rule.parses(column.name)} order by source_line limit 5"
    ).fetchall()
    if faults:
        shown = "; ".join(f"line {line}: {value!r}" for line, value in faults)
        raise DeliveryRefusedError(
            f"{path}, column {column.name}: {shown} cannot be summed for the control total; expected "
            f"{rule.expected}. Who vouches for a file mends it first."
        )


def write_manifest(
    folder: Path,
    *,
    source: str,
    region: str,
    period: str,
    delivery: str | None = None,
    revision: int = 1,
    sent_on: dt.date | None = None,
    note: str = "",
) -> Path:
    """Write `manifest.yml` into a folder of files named after the tables of `source` (figures.csv, tables.csv, …).

    Control totals are the sums of the columns with printed numbers, as they stand, whatever their units.

    Raises:
        UsageError: the source has no contract, or a file is named after none of its tables.
        DeliveryRefusedError: a file cannot be read, or a number in it does not parse.

    """
    tables = load_contracts().get(source)
    if tables is None:
        raise UsageError(f"source {source!r} has no contract; there are: {', '.join(sorted(load_contracts()))}")
    delivery = delivery or folder.absolute().name
    if not re.fullmatch(r"[A-Za-z0-9_]+", delivery):
        raise UsageError(
            f"{folder}: {delivery!r} cannot be the code of a delivery: Latin letters, digits and _ only. "
            "Give it one of its own."
        )
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.name != MANIFEST_NAME and p.name[0] != ".")
    if strangers := [p.name for p in paths if p.stem not in tables]:
        raise UsageError(f"{folder}: {', '.join(strangers)}: a file is named after its table: {', '.join(tables)}")
    manifest = Manifest(
        delivery=delivery,
        revision=revision,
        source=source,
        region=region,
        period=period,
        sent_on=sent_on or dt.datetime.now(tz=dt.UTC).date(),
        note=note,
        files=[_describe_file(path, source) for path in paths],
    )
    content = manifest.model_dump(mode="json")
    content["sent_on"] = manifest.sent_on
    for file, described in zip(content["files"], manifest.files, strict=True):
        file["control_totals"] = {name: f"{total:f}" for name, total in described.control_totals.items()}
    target = folder / MANIFEST_NAME
    target.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return target
