"""What a bureau books beside contributions and claims, and what is raised a person: delivered as the report prints it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import duckdb

from flows.demo.assumptions import HALVES, INSUTYPE, LEDGER_EARLIER, months_of
from flows.demo.deliveries import Delivery
from flows.demo.figures import read_figures
from flows.demo.lookups import yuan
from flows.demo.registers import STANDARD

PRINTED = "2025H1"
BOOKED = {"fiscal_subsidy_local", "to_above", "interest"}
LEDGER_INSUTYPE = INSUTYPE | {"civil_servant": "320"}
FEN_OF_TEN_THOUSAND_YUAN = 1_000_000


def write_ledger(connection: duckdb.DuckDBPyConnection, out: Path, scale: float) -> int:
    """Write the ledger of each half-year and the contribution standards of each year. Return the rows."""
    written = 0
    for half in HALVES:
        months = months_of(half)
        delivery = Delivery(out, "ledger", months[-1], "bureau")
        connection.execute("create or replace temp table booked (insutype varchar, month varchar, item varchar, fen bigint)")
        connection.executemany("insert into booked values (?, ?, ?, ?)", list(_entries(half, scale)))
        written += delivery.write(connection, "fund_ledger", _ledger_sql(months[-1]))
        if half.endswith("H1"):
            written += delivery.write(connection, "contribution_standards", _standards_sql(half[:4]))
        delivery.close()
    return written


def _entries(half: str, scale: float) -> Iterator[tuple[str, str, str, int]]:
    """Yield insurance, month, item and fen: a sixth of the half-year's sum each month, the rest of the division in the last."""
    months = months_of(half)
    for figure in read_figures():
        if figure.address.item in BOOKED and figure.address.period == PRINTED:
            total = round(figure.value * FEN_OF_TEN_THOUSAND_YUAN * Fraction(LEDGER_EARLIER[half]) * Fraction(scale))
            share, rest = divmod(total, len(months))
            for month in months:
                fen = share + (rest if month == months[-1] else 0)
                yield LEDGER_INSUTYPE[figure.address.fund], month, figure.address.item, fen


def _ledger_sql(told_in: str) -> str:
    return f"""
        select
            '620725' as insu_admdvs, insutype, month as ledger_month, item,
            {yuan("fen")} as amount,
            timestamp '{told_in[:4]}-{told_in[4:]}-28 17:00:00' as updt_time
        from booked
        order by insutype, item, month
    """


def _standards_sql(year: str) -> str:
    (total,) = {
        int(figure.value)
        for figure in read_figures()
        if (figure.measure, figure.address.item, figure.address.period) == ("contribution_standard", "all", year)
    }
    return f"""
        select
            '620725' as insu_admdvs, '390' as insutype, '{year}' as year, {STANDARD[year]} as individual_amt,
            {total - STANDARD[year]} as fiscal_amt, timestamp '{year}-01-02 09:00:00' as updt_time
    """
