"""Small documents for the engine: figures read as the warehouse reads them, printed as a document prints them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pandas

from flows.settings import PROJECT_DIR

COORDINATES = (
    "region",
    "period",
    "version",
    "fund",
    "benefit_category",
    "care_area",
    "institution_level",
    "institution",
    "item",
)
_OPTIONAL = COORDINATES[3:]


def _seed(path: str) -> list[dict[str, str]]:
    with (PROJECT_DIR / "seeds" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNITS = {row["unit"]: row for row in _seed("measures/units.csv")}
QUALIFIERS = {row["qualifier"]: row for row in _seed("measures/qualifiers.csv")}
DIRECTIONS = {row["direction"]: int(row["sign"]) for row in _seed("measures/directions.csv")}
MEASURE_UNITS = {row["measure"]: row["unit"] for row in _seed("measures/measures.csv")}
DIMENSIONS: dict[str, set[str]] = {}
for _row in _seed("measures/measure_dimensions.csv"):
    DIMENSIONS.setdefault(_row["measure"], set()).add(_row["dimension"])


@dataclass(frozen=True)
class Printed:
    """A printed number and the values that print like it, in the base unit."""

    text: str | None
    decimals: int | None
    unit: str
    qualifier: str | None
    direction: str | None
    value: Decimal | None
    value_low: Decimal | None
    value_high: Decimal | None
    half_unit: Decimal | None
    is_exact: bool


def read_figure(text: str | None, unit: str, qualifier: str | None = None, direction: str | None = None) -> Printed:
    """Read a printed number as `facts.fct_published_figures` does; None is an empty cell."""
    if text is None:
        return Printed(None, None, unit, qualifier, direction, None, None, None, None, False)
    digits = text.replace(",", "")
    decimals = len(digits.partition(".")[2])
    factor = Decimal(UNITS[unit]["factor"])
    magnitude = Decimal(digits) * factor
    is_exact = UNITS[unit]["is_count"] == "true" and decimals == 0 and qualifier is None
    half_unit = Decimal(0) if is_exact else Decimal("0.5").scaleb(-decimals) * factor
    below, above = (int(QUALIFIERS[qualifier][side]) if qualifier else 1 for side in ("steps_below", "steps_above"))
    ends = (magnitude - below * half_unit, magnitude + above * half_unit)
    sign = DIRECTIONS[direction] if direction else 1
    low, high = sorted(sign * end for end in ends)
    return Printed(text, decimals, unit, qualifier, direction, sign * magnitude, low, high, half_unit, is_exact)


def is_tie(value: Decimal, decimals: int, unit: str) -> bool:
    """Whether a value lies half way between two numbers that can be printed: it is an end of its own interval then."""
    steps = (value / Decimal(UNITS[unit]["factor"])).scaleb(decimals)
    return steps % 1 in (Decimal("0.5"), Decimal("-0.5"))


def print_figure(
    value: Decimal, decimals: int, unit: str, qualifier: str | None = None, direction: str | None = None
) -> Printed:
    """Print a value of the base unit: rounded half up to the decimals, in the unit; a direction carries the sign."""
    in_unit = value / Decimal(UNITS[unit]["factor"])
    rounded = in_unit.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if direction:
        rounded *= DIRECTIONS[direction]
    return read_figure(format(rounded if rounded else abs(rounded), "f"), unit, qualifier, direction)


@dataclass
class Document:
    """A document of its own issuer: figures in tables and sentences, in the order in which they are printed."""

    name: str
    issuer: str | None = None
    region: str = "zezhou"  # a region whose documents define nothing in a way of their own
    period: str = "2025H1"
    blank_means: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, measure: str, printed: Printed, table: str | None = None, **address: str) -> str:
        """Print one figure; returns its id. Coordinates that are not given: residents, actual, the root of every tree."""
        base = measure.removesuffix("_growth").removesuffix("_change")
        has = DIMENSIONS.get(base, set())
        spot = {name: address.pop(name, None) for name in ("row_no", "column_no", "line")}
        number = len(self.rows) + 1
        row: dict[str, Any] = {
            "figure_id": f"{self.name}:{number}",
            "document_id": self.name,
            "figure_no": number,
            "table_id": table,
            "region": self.region,
            "period": self.period,
            "version": "actual",
            **{name: "all" if name in has else "none" for name in _OPTIONAL},
        }
        row["fund"] = "resident" if "fund" in has else "none"
        row |= address
        named = "|".join([*(row[name] for name in COORDINATES), measure])
        row |= {
            "measure": measure,
            "address_id": hashlib.md5(named.encode()).hexdigest(),
            "unit": "pct" if measure.endswith("_growth") else MEASURE_UNITS[base],
            "value": printed.value,
            "value_low": printed.value_low,
            "value_high": printed.value_high,
            "half_unit": printed.half_unit,
            "is_exact": printed.is_exact,
            "value_bound": QUALIFIERS[printed.qualifier]["bound"] or None if printed.qualifier else None,
            "empty_reason": "blank" if printed.value is None else None,
            "printed_value": printed.text,
            "printed_decimals": printed.decimals,
            "printed_unit": printed.unit,
            "qualifier": printed.qualifier,
            "direction": printed.direction,
            "section": "",
            "row_no": spot["row_no"] or (number if table else None),
            "column_no": spot["column_no"] or (1 if table else None),
            "row_label": None,
            "column_label": None,
            "document_line": spot["line"] or number,
            "source_file": "figures.csv",
            "source_line": number + 1,
            "delivery_id": self.name,
            "batch_id": self.name,
        }
        self.rows.append(row)
        if table:
            self.blank_means.setdefault(table, "unknown")
        return row["figure_id"]


def put(connection: duckdb.DuckDBPyConnection, documents: Iterable[Document]) -> None:
    """Replace the figures, documents and printed tables that the engine reads by these."""
    documents = list(documents)
    rows = {
        "fct_published_figures": [row for document in documents for row in document.rows],
        "dim_documents": [
            {
                "document_id": document.name,
                "title": document.name,
                "issuer": document.issuer or document.name,
                "region": document.region,
                "period": document.period,
                "is_synthetic": True,
            }
            for document in documents
        ],
        "dim_published_tables": [
            {"document_id": document.name, "table_id": table, "title": table, "blank_means": blank_means}
            for document in documents
            for table, blank_means in document.blank_means.items()
        ],
    }
    for table, lines in rows.items():
        connection.execute(f"delete from facts.{table}")
        if lines:
            # as text, so that DuckDB casts each column to its own type
            texts = {
                name: pandas.Series([None if line[name] is None else str(line[name]) for line in lines], dtype=object)
                for name in lines[0]
            }
            connection.register("lines", pandas.DataFrame(texts))
            connection.execute(f"insert into facts.{table} by name select * from lines")
            connection.unregister("lines")
