"""The demo's deliveries read back from their files, latest version of each record, as tables of text in DuckDB."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import duckdb
import yaml
from openpyxl import load_workbook

from flows.demo.deliveries import FORMATS

# the record that a later updt_time replaces
KEYS = {
    "setl_d": "setl_id",
    "outmed_setl_d": "setl_id",
    "mdtrt_d": "mdtrt_id",
    "fee_list_d": "bkkp_sn",
    "psn_insu_d": "psn_insu_rlts_id",
    "rsdt_psn_clct_detl_d": "rsdt_clct_detl_id",
    "staf_psn_clct_detl_d": "psn_clct_detl_id",
    "fixmedins_b": "fixmedins_code, begntime",
    "fixmedins_cntr_reg_d": "fix_cntr_id",
    "chronic_registration": "registration_id",
    "enrolment_subsidy": "subsidy_id",
    "maternity_allowance": "payment_id",
    "fund_ledger": "insu_admdvs, insutype, ledger_month, item",
    "contribution_standards": "insu_admdvs, insutype, year",
}


def read_back(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make a table of each delivered table: all columns as text, the latest version of each record, and `delivered`."""
    with tempfile.TemporaryDirectory() as scratch:
        queries: dict[str, list[str]] = {}
        for manifest in sorted(folder.glob("*/manifest.yml")):
            said = yaml.safe_load(manifest.read_text(encoding="utf-8"))
            for file in said["files"]:
                path = manifest.parent / file["name"]
                month = manifest.parent.name[-6:]
                query = _read(connection, path, FORMATS.get((file["table"], month), ""), Path(scratch))
                queries.setdefault(file["table"], []).append(f"select *, '{month}' as delivered from {query}")
        for table, parts in queries.items():
            key = KEYS[table]
            connection.execute(f"create or replace table all_{table} as {' union all by name '.join(parts)}")
            connection.execute(f"""
                create or replace table old_{table} as
                select {key}, updt_time
                from all_{table}
                where ({key}) in (select ({key}) from all_{table} group by {key} having count(*) > 1)
                qualify row_number() over (partition by {key} order by updt_time desc, delivered desc) > 1
            """)
            connection.execute(
                f"create or replace view {table} as select * from all_{table} anti join old_{table} using ({key}, updt_time)"
            )


def _read(connection: duckdb.DuckDBPyConnection, path: Path, kind: str, scratch: Path) -> str:
    if kind == "xlsx":
        rows = list(load_workbook(path, read_only=True).active.iter_rows(values_only=True))
        name = f"sheet_{path.parent.name}"
        connection.execute(f"create or replace temp table {name} ({', '.join(f'{c} varchar' for c in rows[0])})")
        connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows[1:])
        return name
    if kind == "jsonl":
        columns = ", ".join(f"{name}: varchar" for name in _first_names(path))
        return f"read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"
    if kind == "gb18030":
        utf8 = scratch / f"{path.parent.name}_{path.name}"
        with path.open(encoding="gb18030", newline="") as read, utf8.open("w", encoding="utf-8", newline="") as write:
            while block := read.read(1 << 20):
                write.write(block)
        path = utf8
    return f"read_csv('{path}', header = true, all_varchar = true, delim = ',', quote = '\"')"


def _first_names(path: Path) -> list[str]:
    """Return the names in the first line of a JSON lines file."""
    with path.open(encoding="utf-8") as file:
        return list(json.loads(file.readline()))
