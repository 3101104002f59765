"""The cells that the report's figures are sums of: fund, category, half-year, and where care was given."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from flows.demo.figures import seed

PERIODS = ("2024H1", "2025H1")
FUNDS = ("resident", "employee")
LEVELS = ("tertiary", "secondary", "primary", "unrated")
OUTSIDE = ("in_city", "in_province", "out_of_province")
MONEY = ("total_cost", "policy_cost", "basic_paid", "serious_paid", "assistance_paid")


class Cell(NamedTuple):
    """One cell. `institution` is named in the county only; elsewhere care area and level make the cell."""

    fund: str
    category: str
    period: str
    area: str
    level: str
    institution: str


class Var(NamedTuple):
    """One unknown: money in fen, counts as they are."""

    cell: Cell
    measure: str


def scalar(fund: str, category: str, period: str) -> Cell:
    """Return the one cell of a category of which the report prints no more than a sum."""
    return Cell(fund, category, period, "all", "all", "all")


@cache
def hospitals() -> dict[str, str]:
    """Return the county's institutions with their subtotal: county_level or township."""
    edges = [row for row in seed("trees/tree_edges.csv") if row["tree"] == "institution"]
    return {e["child"]: e["parent"] for e in edges if e["parent"] in ("county_level", "township")}


@cache
def categories(fund: str) -> dict[str, list[str]]:
    """Return the category tree of a fund as the report prints it, parent to children."""
    tree: dict[str, list[str]] = {}
    for row in seed("trees/tree_edges.csv"):
        if row["tree"] == f"benefit_category_{fund.partition('_')[0]}" and row["is_optional"] == "false":
            tree.setdefault(row["parent"], []).append(row["child"])
    return tree


@cache
def ordinary(fund: str, period: str) -> tuple[Cell, ...]:
    """Return the cells of ordinary inpatient care.

    The visit counts by level nearly force the levels in the county: hospitals are secondary, health centres primary.
    """
    at_home = [
        Cell(fund, "ordinary_inpatient", period, "in_county", "secondary" if group == "county_level" else "primary", name)
        for name, group in hospitals().items()
    ]
    away = [Cell(fund, "ordinary_inpatient", period, area, level, "none") for area in OUTSIDE for level in LEVELS]
    return (*at_home, *away)


@cache
def chronic(fund: str, period: str) -> tuple[Cell, ...]:
    """Return the cells of chronic outpatient care, one a level; tertiary hospitals stand outside the county."""
    return tuple(
        Cell(fund, "chronic_outpatient", period, "in_city" if level == "tertiary" else "in_county", level, "none")
        for level in LEVELS
    )


def cells_of(fund: str, category: str, period: str) -> tuple[Cell, ...]:
    """Return the cells of a leaf of the category tree."""
    if category in ("inpatient", "ordinary_inpatient"):
        return ordinary(fund, period)
    if category == "chronic_outpatient":
        return chronic(fund, period)
    return (scalar(fund, category, period),)


def select(cells: tuple[Cell, ...], area: str, level: str, institution: str) -> list[Cell]:
    """Return the cells under an address: `all`, a subtotal of institutions, or a member."""
    return [
        c
        for c in cells
        if area in ("all", c.area)
        and level in ("all", c.level)
        and institution in ("all", c.institution, hospitals().get(c.institution))
    ]
