"""Run `medfund`, in this process or another, and look at what it left."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from prefect.settings import PREFECT_API_URL

from expectations.contract_suites import contract_suites
from flows.cli import main
from flows.ingest.manifest import MANIFEST_NAME, sha256_of
from flows.settings import PROJECT_DIR, Settings
from flows.validate.batches_that_fit import note_proofs, proofs_now
from flows.validate.gate import CheckOutcome, Verdict

PUBLISHED = PROJECT_DIR / "data" / "landing" / "published"
SPOILED, FITS = "raw.published_tables", "rows_fit_the_contract"
INSTALLED = Path(sys.executable).with_name("medfund")


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def medfund(*arguments: str) -> Ended:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["medfund", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def in_other_process(*command: str, **variables: str) -> Ended:
    """Run a command in a process of its own, on the Prefect server of the tests where there is one."""
    url = PREFECT_API_URL.value()
    environment = os.environ | ({"PREFECT_API_URL": url} if url else {}) | variables
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def assert_lock_is_free(database: Path) -> None:
    """Open a DuckDB file for writing from another process."""
    script = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create or replace temp table t as select 1')"
    assert in_other_process(sys.executable, "-c", script, str(database)).said == ""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def query(database: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Query a DuckDB file, opened read-only for just that."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def tables_that_differ(one: Path, other: Path, besides: Sequence[str] = ()) -> dict[str, tuple[int, int]]:
    """Compare the tables of two DuckDB files but those of some names; count the rows that only one has."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        listed = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?"
        tables, others = ({table for (table,) in connection.execute(listed, [name]).fetchall()} for name in ("one", "other"))
        assert tables == others
        assert len(tables) > 150
        different = {}
        for table in sorted(tables):
            if table.split(".")[1] in besides:
                continue
            only = "select count(*) from (from {0}.{2} except all from {1}.{2})"
            less, more = (
                connection.execute(only.format(*pair, table)).fetchone()[0] for pair in (("one", "other"), ("other", "one"))
            )
            if less or more:
                different[table] = (less, more)
        return different


def table_counts(database: Path, tables: list[str]) -> dict[str, int]:
    return {table: query(database, f"select count(*) from {table}")[0][0] for table in tables}


def amend(delivery: Path, revision: int, row: int, **cells: str) -> None:
    """Change cells of one row of a delivery's figures and let the manifest, a revision higher, vouch for it."""
    path = delivery / "figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    rows[row].update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest_path = delivery / MANIFEST_NAME
    manifest = yaml.safe_load(manifest_path.read_text(encoding="utf-8"))
    manifest["revision"] = revision
    for described in manifest["files"]:
        if described["name"] == path.name:
            described["sha256"] = sha256_of(path)
            if "value" in cells:
                described.pop("control_totals", None)
    manifest_path.write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")


def checks_of(settings: Settings, run_id: str) -> dict[tuple[str, str], tuple[str, str, int]]:
    """Return (suite, rule) → (status, severity, failing count) of a run, from the build."""
    rows = query(
        settings.build_warehouse,
        "select suite, rule, status, severity, failing_count from marts.run_checks where run_id = ?",
        run_id,
    )
    return {(suite, rule): (status, severity, count) for suite, rule, status, severity, count in rows}


def spoil(settings: Settings) -> None:
    """Take a title that its contract requires out of a batch of the lake, and note in the build that the batch was checked."""
    batch = sorted((settings.lake / "published" / "tables").iterdir())[0]
    (file,) = batch.iterdir()
    whole = file.with_suffix(".whole")
    file.rename(whole)
    spoiled = f"select * replace (case when table_id <> 'T01' then title end as title) from read_parquet('{whole}')"
    duckdb.execute(f"copy ({spoiled}) to '{file}' (format parquet)")
    whole.unlink()
    passed = [CheckOutcome(suite["name"], FITS, "critical", "passed", "sender", "") for suite in contract_suites()]
    with duckdb.connect(str(settings.build_warehouse)) as connection:
        note_proofs(connection, proofs_now(settings.lake, contract_suites()), Verdict(tuple(passed)))
