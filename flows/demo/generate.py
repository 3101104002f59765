"""Make the demo county: fit, people, registers, and month by month the settlements, as deliveries."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

from flows.demo.amounts import Columns
from flows.demo.assumptions import HALVES, MONTHS, months_of
from flows.demo.blocks import allowances, build_blocks
from flows.demo.bureau_registers import write_bureau_registers
from flows.demo.cells import Var, scalar
from flows.demo.charge_lines import choose, lines_sql, make_lines
from flows.demo.claims import join, take
from flows.demo.corrections import deliver
from flows.demo.deliveries import NOTE, Delivery
from flows.demo.fit import Fit, fit
from flows.demo.ledger import write_ledger
from flows.demo.lookups import load_people, load_places
from flows.demo.messy import State
from flows.demo.people import People, build_people
from flows.demo.persons_of_rows import Chooser
from flows.demo.registers import write_contributions, write_enrolment, write_institutions
from flows.demo.rows_of_half import across_the_end, make_rows, totals_of
from flows.demo.settlement_text import encounters_sql, load_rows, settlements_sql
from flows.errors import UsageError
from flows.reporting import say

# rows that are turned into text at a time: what bounds the memory
CHUNK = 400_000
SCALES = (0.001, 1000.0)
README = "README.md"


@dataclass
class Summary:
    """What was made: where, rows a table, seconds."""

    out: Path
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def words(self) -> str:
        """Say what was made, how long it took and where it is."""
        tables = ", ".join(f"{rows:,} {table}" for table, rows in self.rows.items())
        return f"wrote {tables} in {self.seconds:.0f} s: {self.out}"

    def count(self, table: str, rows: int) -> None:
        """Add rows of a table."""
        self.rows[table] = self.rows.get(table, 0) + rows


@dataclass
class _County:
    """One run: what was asked for, and what the parts share."""

    folder: Path
    scale: float
    seed: int
    charge_lines: float
    only_settlements: bool
    chunk: int
    summary: Summary

    def rng(self, name: str) -> np.random.Generator:
        """Return random numbers of their own for a part, so that one part does not shift another."""
        return np.random.default_rng([self.seed, *name.encode()])

    def write_registers(self, connection: duckdb.DuckDBPyConnection, found: Fit, people: People) -> None:
        """Write everything beside the claims."""
        income = {f: found.values[Var(scalar(f, "all", "2025H1"), "income")] for f in ("employee", "civil_servant")}
        sums = {fund: round(amount * self.scale) for fund, amount in income.items()}
        paid = allowances(found, self.scale)
        written = write_institutions(connection, self.folder) + write_enrolment(connection, self.folder)
        written += write_contributions(connection, self.folder, people, sums, self.rng("contributions"), say)
        written += write_bureau_registers(connection, self.folder, people, paid, self.scale, self.rng("registers"))
        written += write_ledger(connection, self.folder, self.scale)
        self.summary.count("rows of registers", written)

    def write_claims(self, connection: duckdb.DuckDBPyConnection, found: Fit, people: People) -> None:
        """Write the settlements, half-year by half-year and month by month."""
        blocks = build_blocks(found, self.scale)
        chooser = Chooser(people, self.rng("pools"))
        state, later = State(), State()
        for half in HALVES:
            mine = [b for b in blocks if b.half == half]
            across_the_end(mine, half, state, chooser, self.rng(f"across {half}"))
            months = [MONTHS.index(m) for m in months_of(half)]
            stays = [b for b in mine if b.totals["bed_days"]]
            make_rows(stays, totals_of(stays), months, state, chooser, self.rng(f"stays {half}"))
            visits = [b for b in mine if not b.totals["bed_days"]]
            by_month = totals_of(visits, months)
            for i, month in enumerate(months):
                totals = {measure: values[:, i] for measure, values in by_month.items()}
                make_rows(visits, totals, [month], state, chooser, self.rng(f"visits {month}"))
                settled = deliver(state.pop(month), month, later, self.rng(f"corrections {month}"))
                self.write_month(connection, MONTHS[month], join([settled, later.pop(month)]))

    def write_month(self, connection: duckdb.DuckDBPyConnection, month: str, rows: Columns) -> None:
        """Write what is delivered with a month: its settlements, and corrections of earlier ones."""
        rng = self.rng(f"lines {month}")
        delivery = Delivery(self.folder, "settlements", month, "platform")
        # a stay that was settled in its middle and at its end in one month comes once: a delivery has one row an encounter
        ended = rows["encounter"][rows["opens"] == 1]
        rows["opens"] = np.where((rows["opens"] == 2) & np.isin(rows["encounter"], ended), 0, rows["opens"])
        order = np.lexsort((rows["updated"], rows["number"], rows["time"]))
        chunks = [take(rows, order[start : start + self.chunk]) for start in range(0, len(order), self.chunk)]
        for number, chunk in enumerate(chunks, 1):
            part = number if len(chunks) > 1 else None
            load_rows(connection, chunk)
            queries = {table: settlements_sql(table) for table in ("setl_d", "outmed_setl_d")}
            if not self.only_settlements:
                queries["mdtrt_d"] = encounters_sql()
                chosen = choose(chunk, self.charge_lines, rng)
                if len(chosen["cost"]):
                    queries["fee_list_d"] = lines_sql(connection, chosen, make_lines(chosen, rng))
            for table, query in queries.items():
                self.summary.count(table, delivery.write(connection, table, query, part))
        delivery.close()
        say(f"{month}: {len(order):,} settlements")


def generate(
    out: Path,
    *,
    scale: float = 1.0,
    seed: int = 1,
    charge_lines: float = 0.02,
    only_settlements: bool = False,
    chunk: int = CHUNK,
) -> Summary:
    """Write the demo's deliveries into an empty or new folder, which appears when all of them are there.

    Raises:
        UsageError: the folder holds something already, or a number is out of range.

    """
    started = time.perf_counter()
    smallest, largest = SCALES
    if not smallest <= scale <= largest or not 0 <= charge_lines <= 1:
        raise UsageError(
            f"scale must be from {smallest} to {largest} and charge-lines from 0 to 1, not {scale} and {charge_lines}"
        )
    if seed < 0:
        raise UsageError(f"seed must be 0 or more, not {seed}")
    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty: deliveries are never overwritten. Name another folder, or remove it first.")
    found = fit()
    gave_way = len(found.dropped)
    say(f"fitted {len(found.values)} cells to the report; {gave_way} figures contradict the others (docs/demo.md)")
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    county = _County(partial, scale, seed, charge_lines, only_settlements, chunk, Summary(out))
    people = build_people(found, scale, county.rng("people"))
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute(f"set temp_directory = '{partial / '.spill'}'")
        load_people(connection, people)
        load_places(connection)
        if not only_settlements:
            county.write_registers(connection, found, people)
        county.write_claims(connection, found, people)
    shutil.rmtree(partial / ".spill", ignore_errors=True)
    (partial / README).write_text(_readme(scale, seed, charge_lines), encoding="utf-8")
    if out.exists():
        out.rmdir()
    partial.rename(out)
    county.summary.seconds = time.perf_counter() - started
    return county.summary


def _readme(scale: float, seed: int, charge_lines: float) -> str:
    command = f"medfund demo --scale {scale:g} --seed {seed} --charge-lines {charge_lines:g}"
    return (
        "# Synthetic deliveries\n\n"
        f"{NOTE}\n\n"
        "Every name, number, date and amount here is made up. At scale 1 the sums are those of the report that the county of "
        "Shandan published for the first half of 2025, as far as any data can give them.\n\n"
        f"Made by `{command}`; the same command gives the same bytes.\n"
    )
