"""A small lake of claims, written as the loader leaves it: Parquet by source, table and batch, and the deliveries."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows.settings import PROJECT_DIR

Row = dict[str, Any]


@cache
def contract_columns(source: str, table: str) -> dict[str, str]:
    """Return the columns that the loader keeps of a table, each with its type."""
    for path in (PROJECT_DIR / "models" / "sources").rglob("*.yml"):
        for described in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for found in described["tables"]:
                if (described["name"], found["name"]) == (source, table):
                    kept = [c for c in found["columns"] if c["config"]["meta"].get("pii") != "drop"]
                    return {column["name"]: column["data_type"] for column in kept}
    raise LookupError(f"no contract for {source}.{table}")


SETTLEMENT: Row = {
    "clr_optins": "620725",
    "psn_no": "token-1",
    "gend": "1",
    "brdy": "1970-05-01",
    "insutype": "390",
    "psn_type": "1501",
    "cvlserv_flag": "0",
    "insu_admdvs": "620725",
    "fixmedins_code": "H62072500001",
    "fixmedins_name": "县医院",
    "hosp_lv": "05",
    "fix_blng_admdvs": "620725",
    "begndate": "2024-01-10",
    "enddate": "2024-01-15",
    "setl_time": "2024-01-15 10:00:00",
    "med_type": "21",
    "clr_type": "21",
    "clr_way": "1",
    "medfee_sumamt": 1000,
    "fulamt_ownpay_amt": 50,
    "overlmt_selfpay": 0,
    "preselfpay_amt": 50,
    "inscp_amt": 900,
    "dedc_std": 200,
    "crt_dedc": 200,
    "act_pay_dedc": 200,
    "hifp_pay": 500,
    "hi_agre_sumfee": 1000,
    "cvlserv_pay": 0,
    "hifes_pay": 0,
    "hifmi_pay": 60,
    "hifob_pay": 0,
    "hifdm_pay": 0,
    "maf_pay": 40,
    "othfund_pay": 0,
    "fund_pay_sumamt": 600,
    "psn_pay": 400,
    "acct_pay": 100,
    "cash_payamt": 300,
    "ownpay_hosp_part": 0,
    "acct_mulaid_pay": 20,
    "refd_setl_flag": "0",
    "vali_flag": "1",
    "updt_time": "2024-01-15 10:00:00",
    "mid_setl_flag": "0",
}
AMOUNTS = [name for name, kind in contract_columns("platform", "setl_d").items() if kind == "decimal(16,2)" and name != "balc"]


def settlement(setl_id: str, **values: object) -> Row:
    """Return a sound settlement of a resident in the county's hospital."""
    day = str(values.get("setl_time", SETTLEMENT["setl_time"]))
    return SETTLEMENT | {"setl_id": setl_id, "mdtrt_id": f"visit-{setl_id}", "updt_time": day} | values


def reversal(setl_id: str, original: Row, **values: object) -> Row:
    """Return the reversal of a settlement: its amounts negative, the later time, both marked."""
    negative = {name: -Decimal(str(original[name])) for name in AMOUNTS if original.get(name) is not None}
    marks = {"setl_id": setl_id, "init_setl_id": original["setl_id"], "refd_setl_flag": "1"}
    return original | negative | marks | {"updt_time": values.get("setl_time", original["setl_time"])} | values


class ClaimsLake:
    """A lake that batches are put into and taken out of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clock = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
        folder.mkdir(parents=True, exist_ok=True)

    def add(
        self,
        delivery: str,
        tables: dict[str, list[Row]],
        revision: int = 1,
        source: str = "platform",
        loaded_at: str = "",
        token_key: str | None = None,
    ) -> str:
        """Put a batch into the lake and return its id; it is loaded a minute after the one before unless told otherwise."""
        self._clock += dt.timedelta(minutes=1)
        batch = f"{delivery}-r{revision}"
        for table, rows in tables.items():
            self._write(source, table, batch, contract_columns(source, table), rows)
        register = {
            "delivery_id": delivery,
            "revision": revision,
            "source": source,
            "region": "shandan",
            "period": "2024M01",
            "is_synthetic": True,
            "row_count": sum(map(len, tables.values())),
            "quarantined_count": 0,
            "manifest_sha256": "0",
            "contract_sha256": "0",
            "loaded_at": loaded_at or self._clock.strftime("%Y-%m-%d %H:%M:%S"),
            "token_key": token_key,
        }
        kinds = dict.fromkeys(register, "varchar") | dict.fromkeys(["revision", "row_count", "quarantined_count"], "bigint")
        kinds |= {"is_synthetic": "boolean", "loaded_at": "timestamp"}
        self._write("ingest", "deliveries", batch, kinds, [register], with_source=False)
        return batch

    def remove(self, batch: str) -> None:
        """Take a batch out, as if it had never been loaded."""
        for folder in self.folder.glob(f"*/*/batch_id={batch}"):
            shutil.rmtree(folder)

    def _write(
        self, source: str, table: str, batch: str, kinds: dict[str, str], rows: list[Row], with_source: bool = True
    ) -> None:
        target = self.folder / source / table / f"batch_id={batch}" / "data.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            text = ", ".join(f"{name} varchar" for name in kinds)
            connection.execute(f"create table given (source_line bigint, {text})")
            marks = ", ".join("?" * (len(kinds) + 1))
            values = [
                (number, *(None if row.get(name) is None else str(row[name]) for name in kinds))
                for number, row in enumerate(rows, 2)
            ]
            if values:
                connection.executemany(f"insert into given values ({marks})", values)
            typed = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in kinds.items())
            source_columns = f", '{table}.csv' as source_file, source_line" if with_source else ""
            connection.execute(f"copy (select {typed}{source_columns} from given) to '{target}' (format parquet)")
