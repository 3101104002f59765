"""A small delivery of claims made up for tests: settlements in the platform's form, written in any format."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import yaml

Row = dict[str, str]

# Numbers and names that must be found nowhere but in the delivery itself.
NAMES = ["赵丹霞", "钱祁连", "孙焉支", "李山丹", "周马营", "吴东乐"]


def settlement(number: int, **changes: str) -> Row:
    """Return one settlement; its amounts fit each other. Two settlements in three are of one person each."""
    person = number % 6
    total, fund = Decimal(1000 + number), Decimal(600)
    row = {
        "setl_id": f"S{number:06}",
        "mdtrt_id": f"M{number:06}",
        "init_setl_id": "",
        "psn_no": f"6207250000{person:04}",
        "psn_insu_rlts_id": f"R{person:05}",
        "psn_name": NAMES[person],
        "certno": f"62222219800101{person:04}",
        "gend": "1",
        "brdy": "1980-01-01",
        "insutype": "390",
        "psn_type": "1501",
        "cvlserv_flag": "0",
        "insu_admdvs": "620725",
        "fixmedins_code": "H62072500001",
        "fixmedins_name": "山丹县人民医院",
        "begndate": "2025-06-01",
        "enddate": "2025-06-07",
        "setl_time": "2025-06-07 10:30:00",
        "med_type": "21",
        "medfee_sumamt": f"{total}.00",
        "inscp_amt": f"{total}.00",
        "hifp_pay": f"{fund}.00",
        "fund_pay_sumamt": f"{fund}.00",
        "psn_pay": f"{total - fund}.00",
        "acct_pay": "0.00",
        "cash_payamt": f"{total - fund}.00",
        **dict.fromkeys(_ZERO, "0.00"),
        "refd_setl_flag": "0",
        "vali_flag": "1",
        "updt_time": "2025-06-07 10:31:00",
        "memo": f"电话 1390000{person:04}",
    }
    return row | changes


_ZERO = [
    *["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "dedc_std", "crt_dedc", "act_pay_dedc", "hi_agre_sumfee"],
    *["cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay"],
]


def as_delimited(rows: list[Row], delimiter: str = ",", header: list[str] | None = None) -> str:
    """Write rows as text with a delimiter."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([header or list(rows[0]), *(list(row.values()) for row in rows)])
    return text.getvalue()


def write_json(path: Path, rows: list[Row]) -> None:
    """Write rows as JSON lines, amounts as numbers, without the keys of empty values."""
    lines = []
    for row in rows:
        parts = [
            f"{json.dumps(name)}: {value if name.endswith(('_pay', 'amt')) else json.dumps(value, ensure_ascii=False)}"
            for name, value in row.items()
            if value
        ]
        lines.append("{" + ", ".join(parts) + "}\n")
    path.write_text("".join(lines), encoding="utf-8")


def write_xlsx(path: Path, rows: list[Row]) -> None:
    """Write rows as a workbook as a clerk would: amounts are numbers, dates are dates, ids are text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([_cell(name, value) for name, value in row.items()])
    book.save(path)


def _cell(name: str, value: str) -> Any:
    if name.endswith(("_pay", "amt")):
        return float(value) if value else None
    if name.endswith("date") or name == "brdy":
        return dt.date.fromisoformat(value)
    return dt.datetime.fromisoformat(value) if name.endswith("_time") else value or None


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Write rows as typed Parquet."""
    text = path.with_suffix(".text.csv")
    text.write_text(as_delimited(rows), encoding="utf-8")
    typed = ", ".join(f'cast("{n}" as decimal(16,2)) as "{n}"' if n.endswith(("_pay", "amt")) else f'"{n}"' for n in rows[0])
    duckdb.execute(f"copy (select {typed} from read_csv('{text}', all_varchar=true)) to '{path}' (format parquet)")
    text.unlink()


def pack(path: Path, packed: str) -> Path:
    """Put a file into a .gz or .zip beside it and remove it."""
    target = path.with_name(f"{path.name}.{packed}")
    if packed == "gz":
        target.write_bytes(gzip.compress(path.read_bytes()))
    else:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
    path.unlink()
    return target


@dataclass
class ClaimsDelivery:
    """A delivery of settlements: write files into its folder, then `sign` it."""

    folder: Path
    rows: list[Row] = field(default_factory=lambda: [settlement(number) for number in range(12)])
    totals: bool = True

    def write(self, name: str = "setl_d.csv", text: str | None = None, encoding: str = "utf-8") -> ClaimsDelivery:
        """Write the rows, or a text, as a file; and a manifest over it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes((as_delimited(self.rows) if text is None else text).encode(encoding))
        return self.sign({name: len(self.rows)})

    def sign(self, rows: dict[str, int], edit: Callable[[dict[str, Any]], Any] | None = None) -> ClaimsDelivery:
        """Write the manifest: file → rows."""
        total = sum(Decimal(row["medfee_sumamt"].replace(",", "") or 0) for row in self.rows) if self.totals else None
        manifest = {
            "delivery": self.folder.name,
            "source": "platform",
            "region": "shandan",
            "period": "2025M06",
            "sent_on": dt.date(2025, 7, 5),
            "files": [
                {
                    "name": name,
                    "table": name.split(".")[0],
                    "rows": count,
                    "sha256": hashlib.sha256((self.folder / name).read_bytes()).hexdigest(),
                    "control_totals": {"medfee_sumamt": str(total)} if total is not None and len(rows) == 1 else {},
                }
                for name, count in rows.items()
            ],
        }
        if edit:
            edit(manifest)
        text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False)
        (self.folder / "manifest.yml").write_text(text, encoding="utf-8")
        return self


def lake_bytes(folder: Path) -> str:
    """Return every value of every Parquet file under a folder, unpacked, and the raw text of every other file."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            found += [str(row) for row in duckdb.execute(f"select * from read_parquet('{path}')").fetchall()]
        elif path.is_file():
            found.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(found)
