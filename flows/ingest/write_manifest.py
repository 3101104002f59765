"""Write the manifest of a delivery that one vouches for oneself: rows, hashes and control totals of its files."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pydantic import ValidationError

from flows.contract import Column, Table, load_contracts
from flows.errors import DeliveryRefusedError, UsageError
from flows.ingest.faults import shown
from flows.ingest.manifest import MANIFEST_NAME, Manifest, ManifestFile, sha256_of, strange_codes
from flows.ingest.read_file import open_file, stage_file
from flows.ingest.rows import sum_of
from flows.ingest.staging import new_delivered
from flows.ingest.typing_sql import rule_of
from flows.ingest.unpack import read_name
from flows.ingest.workspace import Workspace


def _describe_file(path: Path, source: str, workspace: Workspace) -> ManifestFile:
    """Count, hash and sum one file; the beginning of its name is the table that it feeds."""
    table = load_contracts()[source][read_name(path.name).table]
    with workspace.connect() as connection:
        new_delivered(connection, table)
        read = stage_file(connection, open_file(path, table, workspace), workspace, 0)
        numbers = [c for c in table.kept if c.is_number and c.type != "integer" and c.name in read.header.present]
        for column in numbers:
            _refuse_unreadable(connection, path, table, column)
        totals = {column.name: sum_of(connection, table, column.name, 0) for column in numbers}
    return ManifestFile(name=path.name, table=table.name, rows=read.rows, sha256=sha256_of(path), control_totals=totals)


def _refuse_unreadable(connection: duckdb.DuckDBPyConnection, path: Path, table: Table, column: Column) -> None:
    rule = rule_of(column)
    faults = connection.execute(
        f"select source_line, {shown(table, column)} from delivered where not {rule.is_empty(column.name)} "
        f"and not coalesce({rule.parses(column.name)}, false) order by source_line limit 5"
    ).fetchall()
    if faults:
        values = "; ".join(f"line {line}: {value!r}" for line, value in faults)
        raise DeliveryRefusedError(
            f"{path}, column {column.name}: {values} cannot be summed for the control total; expected "
            f"{rule.expected}. Who vouches for a file mends it first."
        )


def _former(folder: Path) -> dict[str, Any]:
    """Return what a manifest that stands in the folder says; nothing where it cannot be read."""
    path = folder / MANIFEST_NAME
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_bytes())).model_dump()
    except (OSError, yaml.YAMLError, UnicodeDecodeError, ValidationError):
        return {}


def write_manifest(
    folder: Path,
    *,
    source: str,
    region: str,
    period: str,
    delivery: str | None = None,
    revision: int = 1,
    sent_on: dt.date | None = None,
    note: str | None = None,
    synthetic: bool | None = None,
) -> Path:
    """Write `manifest.yml` into a folder of files named after the tables of `source`.

    For example figures.csv, setl_d.part1.csv.gz, setl_d.xlsx. Control totals are the sums of the columns with amounts or
    printed numbers, as they stand, whatever their units. A manifest that stands in the folder already gives the code of the
    delivery, the note and the mark of what is synthetic, where they are not given: a correction is of the same delivery.

    Raises:
        UsageError: there is no folder with files, the source has no contract, a file is named after none of its tables, or the
            region, the period or the revision is none.
        DeliveryRefusedError: a file cannot be read, or a number in it does not parse.

    """
    tables = load_contracts().get(source)
    if tables is None:
        raise UsageError(f"source {source!r} has no contract; there are: {', '.join(sorted(load_contracts()))}")
    if faults := strange_codes(region, period):
        raise UsageError(f"{folder}: {'; '.join(faults)}")
    if revision < 1:
        raise UsageError(f"{folder}: revision {revision}; the first is 1, and each correction has one more")
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    former = _former(folder)
    delivery = delivery or former.get("delivery") or folder.absolute().name
    if not re.fullmatch(r"[A-Za-z0-9_]+", delivery):
        raise UsageError(
            f"{folder}: {delivery!r} cannot be the code of a delivery: Latin letters, digits and _ only. "
            "Give it one of its own."
        )
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.name != MANIFEST_NAME and p.name[0] != ".")
    if not paths:
        raise UsageError(f"{folder}: there is no file to write a manifest of")
    if strangers := [p.name for p in paths if read_name(p.name).table not in tables]:
        raise UsageError(f"{folder}: {', '.join(strangers)}: a file is named after its table: {', '.join(tables)}")
    with tempfile.TemporaryDirectory(prefix="medfund-") as aside, Workspace(Path(aside)) as workspace:
        files = [_describe_file(path, source, workspace) for path in paths]
    manifest = Manifest(
        delivery=delivery,
        revision=revision,
        source=source,
        region=region,
        period=period,
        sent_on=sent_on or dt.datetime.now(tz=dt.UTC).date(),
        note=former.get("note", "") if note is None else note,
        synthetic=former.get("synthetic", False) if synthetic is None else synthetic,
        files=files,
    )
    content = manifest.model_dump(mode="json")
    content["sent_on"] = manifest.sent_on
    for file, described in zip(content["files"], manifest.files, strict=True):
        file["control_totals"] = {name: f"{total:f}" for name, total in described.control_totals.items()}
    target = folder / MANIFEST_NAME
    target.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return target
