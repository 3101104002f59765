"""The printed figures of Shandan's report, each with the interval of values that round to it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from flows.settings import PROJECT_DIR

DOCUMENT = "shandan_2025h1_fund_operations"
FIGURES_CSV = PROJECT_DIR / "data" / "landing" / "published" / DOCUMENT / "figures.csv"
SEEDS = PROJECT_DIR / "seeds"


class Address(NamedTuple):
    """Where a figure stands; a coordinate that is left out is `all`."""

    fund: str
    period: str
    category: str = "all"
    area: str = "all"
    level: str = "all"
    institution: str = "all"
    item: str = "all"


@dataclass(frozen=True)
class Figure:
    """A printed figure: signed value in its printed unit, and half a unit of its last printed place."""

    seq: int
    line: int
    table: str
    measure: str
    address: Address
    value: Fraction
    half_unit: Fraction
    decimals: int
    unit: str
    printed: str

    @property
    def name(self) -> str:
        """The address in words, for lists and messages."""
        place = ".".join(part for part in self.address if part != "all")
        return f"{place}.{self.measure}"


@cache
def seed(path: str) -> list[dict[str, str]]:
    """Read a seed as rows of text."""
    with (SEEDS / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read_figures() -> list[Figure]:
    """Read every printed figure of the report; an empty cell of a table means zero there and is read as 0."""
    signs = {row["direction"]: int(row["sign"]) for row in seed("measures/directions.csv")}
    counts = {row["unit"] for row in seed("measures/units.csv") if row["is_count"] == "true"}
    with FIGURES_CSV.open(encoding="utf-8", newline="") as file:
        return [_figure(row, signs, counts) for row in csv.DictReader(file)]


def _figure(row: dict[str, str], signs: dict[str, int], counts: set[str]) -> Figure:
    printed = row["value"].strip()
    digits = printed.lstrip("+-") or "0"
    decimals = len(digits.partition(".")[2])
    value = Fraction(printed or "0") * signs.get(row["direction"], 1)
    exact = row["unit"] in counts and not decimals
    # 0.00 in a table of money means that there is none (docs/demo.md), so nothing may hide in its half unit
    nothing = row["unit"] == "万元" and value == 0
    return Figure(
        seq=int(row["seq"]),
        line=int(row["line"]),
        table=row["table_id"],
        measure=row["measure"],
        address=Address(
            row["fund"],
            row["period"],
            *(row[c] or "all" for c in ("benefit_category", "care_area", "institution_level", "institution", "item")),
        ),
        value=value,
        half_unit=Fraction(0) if exact or nothing else Fraction(1, 2 * 10**decimals),
        decimals=decimals,
        unit=row["unit"],
        printed=row["value"],
    )
