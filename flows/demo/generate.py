"""Make the demo county: fit, people, registers, and month by month the settlements, as deliveries."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

from flows.demo.assumptions import HALVES, MONTHS, months_of
from flows.demo.blocks import allowances, build_blocks
from flows.demo.bureau_registers import write_bureau_registers
from flows.demo.cells import Var, scalar
from flows.demo.charge_lines import choose, lines_sql, make_lines
from flows.demo.claims import take
from flows.demo.corrections import deliver
from flows.demo.deliveries import NOTE, Delivery
from flows.demo.fit import Fit, fit
from flows.demo.people import build_people
from flows.demo.persons_of_rows import Chooser
from flows.demo.registers import write_contributions, write_enrolment, write_institutions
from flows.demo.rows_of_half import State, across_the_end, make_rows, totals_of
from flows.demo.settlement_text import encounters_sql, load_people, load_places, load_rows, settlements_sql
from flows.errors import UsageError
from flows.reporting import say

# rows that are turned into text at a time: what bounds the memory
CHUNK = 400_000
README = "README.md"


@dataclass
class Summary:
    """What was made: rows a table, seconds, and the figures that no data can give."""

    out: Path
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    not_reproduced: int = 0

    def words(self) -> str:
        """Say what was made, how long it took and where it is."""
        tables = ", ".join(f"{rows:,} {table}" for table, rows in self.rows.items())
        return f"wrote {tables} in {self.seconds:.0f} s: {self.out}"

    def count(self, table: str, rows: int) -> None:
        """Add rows of a table."""
        self.rows[table] = self.rows.get(table, 0) + rows


def generate(
    out: Path, *, scale: float = 1.0, seed: int = 1, charge_lines: float = 0.02, only_settlements: bool = False
) -> Summary:
    """Write the demo's deliveries into an empty or new folder.

    Raises:
        UsageError: the folder holds something already, or a number is out of range.

    """
    started = time.perf_counter()
    if scale <= 0 or not 0 <= charge_lines <= 1:
        raise UsageError(f"scale must be above 0 and charge-lines from 0 to 1, not {scale} and {charge_lines}")
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty: deliveries are never overwritten. Name another folder, or remove it first.")
    out.mkdir(parents=True, exist_ok=True)
    found = fit()
    summary = Summary(out, not_reproduced=len(found.dropped))
    say(
        f"fitted {len(found.values)} cell totals to the report; {len(found.dropped)} figures contradict the others (docs/demo.md)"
    )
    people = build_people(found, scale, _rng(seed, "people"))
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute(f"set temp_directory = '{out / '.tmp'}'")
        load_people(connection, people)
        load_places(connection)
        if not only_settlements:
            summary.count("registers", write_institutions(connection, out) + write_enrolment(connection, out))
            sums = {
                fund: round(found.values[Var(scalar(fund, "all", "2025H1"), "income")] * scale)
                for fund in ("employee", "civil_servant")
            }
            summary.count("registers", write_contributions(connection, out, people, sums, _rng(seed, "contributions"), say))
            summary.count(
                "registers",
                write_bureau_registers(connection, out, people, allowances(found, scale), scale, _rng(seed, "registers")),
            )
        _write_claims(
            connection, out, found, Chooser(people, _rng(seed, "pools")), scale, seed, charge_lines, only_settlements, summary
        )
    summary.seconds = time.perf_counter() - started
    (out / README).write_text(_readme(scale, seed, charge_lines), encoding="utf-8")
    return summary


def _rng(seed: int, name: str) -> np.random.Generator:
    """Return random numbers of their own for a part, so that one part does not shift another."""
    return np.random.default_rng([seed, *name.encode()])


def _write_claims(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    found: Fit,
    chooser: Chooser,
    scale: float,
    seed: int,
    charge_lines: float,
    only_settlements: bool,
    summary: Summary,
) -> None:
    blocks = build_blocks(found, scale)
    state, later = State(), State()
    for half in HALVES:
        mine = [b for b in blocks if b.half == half]
        across_the_end(mine, half, state, chooser, _rng(seed, f"across {half}"))
        months = [MONTHS.index(m) for m in months_of(half)]
        stays = [b for b in mine if b.totals["bed_days"]]
        make_rows(stays, totals_of(stays), months, state, chooser, _rng(seed, f"stays {half}"))
        visits = [b for b in mine if not b.totals["bed_days"]]
        by_month = totals_of(visits, months)
        for i, month in enumerate(months):
            make_rows(visits, {m: v[:, i] for m, v in by_month.items()}, [month], state, chooser, _rng(seed, f"visits {month}"))
            settled = deliver(state.pop(month), month, later, _rng(seed, f"corrections {month}"))
            arrived = later.pop(month)
            rows = {name: np.concatenate([settled[name], arrived[name]]) for name in settled}
            _write_month(
                connection, out, MONTHS[month], rows, charge_lines, only_settlements, _rng(seed, f"lines {month}"), summary
            )


def _write_month(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    month: str,
    rows: dict[str, np.ndarray],
    charge_lines: float,
    only_settlements: bool,
    rng: np.random.Generator,
    summary: Summary,
) -> None:
    delivery = Delivery(out, "settlements", month, "platform")
    order = np.lexsort((rows["updated"], rows["number"], rows["time"]))
    chunks = [take(rows, order[start : start + CHUNK]) for start in range(0, len(order), CHUNK)]
    for number, chunk in enumerate(chunks, 1):
        part = number if len(chunks) > 1 else None
        load_rows(connection, chunk)
        for table in ("setl_d", "outmed_setl_d"):
            summary.count(table, delivery.write(connection, table, settlements_sql(table), part))
        if only_settlements:
            continue
        summary.count("mdtrt_d", delivery.write(connection, "mdtrt_d", encounters_sql(), part))
        chosen = choose(chunk, charge_lines, rng)
        if len(chosen["cost"]):
            summary.count(
                "fee_list_d",
                delivery.write(connection, "fee_list_d", lines_sql(connection, chosen, make_lines(chosen, rng)), part),
            )
    delivery.close()
    say(f"{month}: {len(order):,} settlements")


def _readme(scale: float, seed: int, charge_lines: float) -> str:
    return (
        "# Synthetic deliveries\n\n"
        f"{NOTE}\n\n"
        "Every name, number, date and amount here is made up. At scale 1 the sums are those of the report that the county of "
        "Shandan published for the first half of 2025, as far as any data can give them.\n\n"
        f"Made by `medfund demo --scale {scale:g} --seed {seed} --charge-lines {charge_lines:g}`; the same command gives the same bytes.\n"
    )
