"""The batches of the lake that were found to fit their contract by an earlier run, so that a run checks what came.

Files of the lake do not change. Should one have been, its size or time differ, and its batch is checked again; as it is under
another contract.
"""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from flows.validate.gate import Verdict

FITTING = "staging.batches_that_fit"
_RULE = "rows_fit_the_contract"
_COLUMNS = "suite varchar, batch_id varchar, proof varchar"

# suite → batch → what it was found by: the contract, and the files of the batch
Proofs = dict[str, dict[str, str]]


def proofs_now(lake: Path, suites: list[dict[str, Any]]) -> Proofs:
    """Return, for each suite of a raw table, its batches in the lake and what a check of now would prove of each."""
    proofs: Proofs = {}
    for suite in suites:
        for check in suite["expectations"]:
            if check["meta"]["rule"] == _RULE:
                contract = json.dumps(check["kwargs"], sort_keys=True)
                folders = lake.glob(f"{suite['meta']['source']}/{suite['meta']['source_table']}/batch_id=*")
                proofs[suite["name"]] = {folder.name.removeprefix("batch_id="): _proof(contract, folder) for folder in folders}
    return proofs


def _proof(contract: str, folder: Path) -> str:
    files = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    return hashlib.sha256(f"{contract} {files}".encode()).hexdigest()[:16]


def proofs_before(warehouse: Path) -> Proofs:
    """Return what earlier runs have proved, as they noted it in the build file."""
    proofs: Proofs = {}
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for suite, batch, proof in connection.execute(f"select suite, batch_id, proof from {FITTING}").fetchall():
                proofs.setdefault(suite, {})[batch] = proof
    except duckdb.CatalogException:
        return {}
    return proofs


def narrowed(suites: list[dict[str, Any]], now: Proofs, before: Proofs) -> list[dict[str, Any]]:
    """Return the suites, those of raw tables with the batches that are to be read: such as were not proved before."""
    narrow = copy.deepcopy(suites)
    for suite in narrow:
        known = before.get(suite["name"], {})
        if not known:
            continue
        for check in suite["expectations"]:
            if check["meta"]["rule"] == _RULE:
                batches = now[suite["name"]]
                check["kwargs"]["batches"] = sorted(batch for batch in batches if batches[batch] != known.get(batch))
    return narrow


def note_proofs(connection: duckdb.DuckDBPyConnection, now: Proofs, verdict: Verdict) -> None:
    """Note in the build file the batches of the suites whose check holds; of others nothing is known any more."""
    holding = {outcome.suite for outcome in verdict.passed if outcome.rule == _RULE}
    connection.execute("create schema if not exists staging")
    connection.execute(f"create or replace table {FITTING} ({_COLUMNS})")
    rows = [(suite, *proved) for suite in holding for proved in now[suite].items()]
    if rows:
        connection.executemany(f"insert into {FITTING} values (?, ?, ?)", rows)
