"""How fast are claims loaded? `make bench-claims` makes settlements, measures the limit, then the pipeline against it.

The limit is one hand-written query from the same CSV files to a monthly aggregate. What the pipeline does besides
(typing, tokens, the lake, latest versions, code maps, every check, publishing) is told as a multiple of it. The floor of a
lake is what DuckDB takes to write every column of these files as Parquet, and nothing else. A last month that comes after two
years of history shows what a month costs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.claims_extract import MONTHS, month_folder, write_month, write_registers
from flows.contract import load_contracts
from flows.ingest.fast import LARGE_PARQUET
from flows.settings import PROJECT_DIR

FACTS = ["fct_claims", "bridge_records", "bridge_rebuilds", "bridge_repeats"]
MARTS = [path.stem for path in (PROJECT_DIR / "models" / "marts" / "operations").rglob("*.sql")]


@dataclass
class Stage:
    """What one stage took, and the limit that it is told against."""

    name: str
    seconds: float
    rows: int
    limit: float
    target: float | None = None

    def __str__(self) -> str:
        against = f"{self.seconds / self.limit:5.2f} × limit" if self.limit else ""
        wanted = f"  (target ≤ {self.target:g})" if self.target else ""
        rate = f"{self.rows / self.seconds:>11,.0f} rows/s" if self.seconds else ""
        return f"{self.name:<34} {self.seconds:8.1f} s {rate}  {against}{wanted}"


_LIMIT = """
    select date_trunc('month', setl_time), insutype, med_type, count(*), sum(medfee_sumamt), sum(inscp_amt),
        sum(hifp_pay), sum(hifmi_pay + hifob_pay), sum(maf_pay)
    from read_csv($1, header=true, all_varchar=false,
        types={'setl_time': 'timestamp', 'medfee_sumamt': 'decimal(16,2)', 'inscp_amt': 'decimal(16,2)',
            'hifp_pay': 'decimal(16,2)', 'hifmi_pay': 'decimal(16,2)', 'hifob_pay': 'decimal(16,2)',
            'maf_pay': 'decimal(16,2)'})
    group by all
"""
_FLOOR = f"copy (select * from read_csv($1, header=true, types=$2)) to '{{target}}' ({LARGE_PARQUET})"


def _csv_files(folder: Path, months: int) -> list[str]:
    return [str(month_folder(folder / "landing", month) / "setl_d.csv") for month in MONTHS[:months]]


def _query_seconds(query: str, *parameters: object) -> float:
    """Time a query of a process of its own, DuckDB's start included."""
    script = (
        "import duckdb, json, sys\n"
        "query, parameters = json.loads(sys.argv[1])\n"
        "connection = duckdb.connect(config={'threads': 2, 'preserve_insertion_order': False})\n"
        "connection.execute('set enable_progress_bar = false')\n"
        "connection.execute(query, parameters).fetchall()\n"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", script, json.dumps([query, parameters])], check=True)
    return time.perf_counter() - started


def limit_seconds(folder: Path, months: int) -> float:
    """Time the hand-written query over the CSV files of the first months; the better of two runs."""
    return min(_query_seconds(_LIMIT, _csv_files(folder, months)) for _ in range(2))


def floor_seconds(folder: Path, months: int) -> float:
    """Time the writing of every column of these files as one Parquet file, amounts as decimals."""
    files, target = _csv_files(folder, months), folder / "floor.parquet"
    with Path(files[0]).open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    decimals = [column for column in load_contracts()["platform"]["setl_d"].kept if column.type == "decimal"]
    types = {column.name: column.data_type for column in decimals if column.name in header}
    seconds = _query_seconds(_FLOOR.format(target=target), files, types)
    target.unlink()
    return seconds


def run_pipeline(folder: Path) -> tuple[dict[str, float], float]:
    """Run `medfund run` on what has landed; returns its stages' seconds and all of its own."""
    environment = os.environ | {
        "MEDFUND_LANDING": str(folder / "landing"),
        "MEDFUND_LAKE": str(folder / "lake"),
        "MEDFUND_WAREHOUSE": str(folder / "warehouse" / "medfund.duckdb"),
    }
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "flows.cli", "run"],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        raise SystemExit(f"medfund run ended with {ended.returncode}:\n{ended.stdout[-4000:]}{ended.stderr[-4000:]}")
    last = json.loads((folder / "warehouse" / "state" / "last_run.json").read_text(encoding="utf-8"))
    return last["seconds"], seconds


def model_seconds(folder: Path, models: list[str]) -> float:
    """Return what some models took in the last build, one after the other."""
    query = (
        "select coalesce(sum(seconds), 0) from marts.run_nodes where kind = 'model' and list_contains(?, node) "
        "and run_id = (select max(run_id) from marts.run_nodes)"
    )
    with duckdb.connect(str(folder / "warehouse" / "medfund.duckdb"), read_only=True) as connection:
        return float(connection.execute(query, [models]).fetchone()[0])


def disk_gigabytes(folder: Path) -> float:
    """Sum the sizes of the files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


def make_settlements(landing: Path, months: list[dt.date], per_month: int) -> None:
    """Make the registers and the settlements of these months."""
    started = time.perf_counter()
    write_registers(landing, per_month)
    for month in months:
        write_month(landing, month, per_month)
        print(f"  made {month:%Y-%m}", flush=True)
    print(Stage("settlements made", time.perf_counter() - started, per_month * len(months), 0), flush=True)


def main() -> None:
    """Print each stage's seconds, rows a second and multiple of the limit; then memory, disk and what one more month took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settlements", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=PROJECT_DIR / ".tmp" / "bench_claims", help="emptied first")
    parser.add_argument("--keep", action="store_true", help="leave the folder as it is at the end")
    parser.add_argument("--again", action="store_true", help="load once more what an earlier run with --keep has made")
    arguments = parser.parse_args()
    folder, history = arguments.folder, len(MONTHS) - 1
    per_month = arguments.settlements // history
    rows = per_month * history
    if arguments.again:
        for made in (folder / "lake", folder / "warehouse", month_folder(folder / "landing", MONTHS[history])):
            shutil.rmtree(made, ignore_errors=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        make_settlements(folder / "landing", MONTHS[:history], per_month)

    limit = limit_seconds(folder, history)
    print(Stage("limit: CSV to monthly aggregate", limit, rows, limit), flush=True)
    print(Stage("floor: CSV to Parquet", floor_seconds(folder, history), rows, limit), flush=True)
    stages, full = run_pipeline(folder)
    print(Stage("ingest to lake", stages["ingest"], rows, limit, 3))
    print(Stage("facts of claims", model_seconds(folder, FACTS), rows, limit, 3))
    print(Stage("operations marts", model_seconds(folder, MARTS), rows, limit, 2))
    print(Stage("transform, marts included", stages["transform"], rows, limit))
    print(Stage("checks", stages["validate"], rows, limit))
    print(Stage("publish", stages["publish"], rows, limit))
    print(Stage("whole pipeline", full, rows, limit, 10), flush=True)

    write_month(folder / "landing", MONTHS[history], per_month)
    stages, one_more = run_pipeline(folder)
    print(Stage("one more month", one_more, per_month, 0))
    print(f"  of it: {', '.join(f'{name} {seconds:.1f} s' for name, seconds in stages.items())}")
    print(f"  {100 * one_more / full:.1f} % of the full load (target ≤ 15)")
    print(f"peak memory of a process  {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6:6.2f} GB (target < 8)")
    for name in ("landing", "lake", "warehouse"):
        print(f"disk, {name:<19} {disk_gigabytes(folder / name):6.2f} GB")
    if not arguments.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
