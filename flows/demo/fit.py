"""Whole-fen cell totals that meet every printed figure at once, save those that contradict the others.

Each figure is one row of a linear programme, in half units of its last printed digit. Steps: which figures must
give way (the least weight of them); the largest slack for those that stay; the least change from the priors;
whole fen; and a check in exact fractions with the same formulas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy import sparse

from flows.demo.cells import FUNDS, MONEY, PERIODS, Cell, Var, ordinary
from flows.demo.priors import money_priors, whole_counts
from flows.demo.programme import InfeasibleError, Programme, nearest, rows_that_hold, slacks
from flows.demo.registry import Target, targets
from flows.demo.rows import rows_of

# rounding a cell to whole fen moves a mean by half a fen over its visits: below this many visits the cell needs an integer
SMALL_CELL = 60


@dataclass
class Fit:
    """Cell totals in fen, visits, days and persons, and the figures that they do not reproduce."""

    values: dict[Var, int]
    dropped: list[Target] = field(default_factory=list)

    def failing(self) -> list[Target]:
        """Return the targets that the values do not round to."""
        return [t for t in targets() if not t.holds(self.values)]


@cache
def fit() -> Fit:
    """Fit every cell to the report.

    Raises:
        InfeasibleError: the figures that are kept cannot hold together (a figure or a definition was changed).

    """
    counts = whole_counts()
    prior = {**money_priors(counts), **_printed_sums(counts)}
    values = dict(counts)
    dropped: list[Target] = []
    for days in (False, True):
        mine = [t for t in targets() if _speaks_of_days(t) is days and any(v not in counts for v in t.variables())]
        program = _programme(mine, counts, prior, days)
        solved, gave_way = _fit_one(program, mine, counts, prior, days)
        values.update(solved)
        dropped += gave_way
    result = Fit({v: values.get(v, 0) for v in {*values, *(v for t in targets() for v in t.variables())}})
    result.dropped = result.failing()
    unforeseen = [t for t in result.dropped if t not in dropped and any(v not in counts for v in t.variables())]
    if unforeseen:
        raise InfeasibleError(
            "; ".join(f"{t.figure.name} prints {t.figure.printed}, not {float(t.value(result.values))}" for t in unforeseen)
        )
    return result


def _fit_one(
    program: Programme, mine: list[Target], counts: dict[Var, int], prior: dict[Var, float], days: bool
) -> tuple[dict[Var, int], list[Target]]:
    at = dict(prior)
    kept = mine
    integral = np.array([1.0 if days or _is_small(v, counts) else 0.0 for v in program.names])
    # twice from all figures: at the priors differences of ratios are linearised too far from where they end
    for choose in (True, False) if days else (True, True, False):
        rows = rows_of(mine if choose else kept, counts, at)
        if choose:
            rows = rows_that_hold(program, rows, integral if days else None)
            kept = [t for r in rows for t in r.targets]
        slack = np.zeros(len(rows)) if days else slacks(program, rows)
        found = nearest(program, rows, slack, integral)
        at = {**at, **dict(zip(program.names, found, strict=True))}
    whole = {v: round(x) for v, x in zip(program.names, found, strict=True)}
    return whole, [t for t in mine if t not in kept]


def _is_small(var: Var, counts: dict[Var, int]) -> bool:
    return (
        var.cell.category == "ordinary_inpatient"
        and 0 < counts.get(Var(var.cell, "visits"), 0) <= SMALL_CELL
        and var.cell.institution != "none"
    )


def _speaks_of_days(target: Target) -> bool:
    return any(v.measure == "bed_days" for v in target.variables())


def _printed_sums(counts: dict[Var, int]) -> dict[Var, float]:
    """Return the priors of the cells of which the report prints a sum: that sum."""
    prior: dict[Var, float] = {}
    for target in targets():
        for var in target.variables():
            if var in counts or var in prior or var.cell.category == "ordinary_inpatient":
                continue
            printed_there = [
                t for t in targets() if t.kind == "value" and t.now.numerator == ((var, 1),) and not t.now.denominator
            ]
            if printed_there:
                prior[var] = float(printed_there[0].figure.value / printed_there[0].now.scale)
    for fund in FUNDS:
        for cell in (
            v.cell
            for v in list(counts)
            if v.cell.category == "chronic_outpatient" and v.cell.fund == fund and v.cell.level != "all"
        ):
            if cell.period == "2024H1":
                now = cell._replace(period="2025H1")
                for measure in ("total_cost", "expenditure"):
                    prior[Var(cell, measure)] = (
                        prior[Var(now, measure)] * counts[Var(cell, "visits")] / counts[Var(now, "visits")]
                    )
    return prior


def _programme(mine: list[Target], counts: dict[Var, int], prior: dict[Var, float], days: bool) -> Programme:
    names = sorted({v for t in mine for v in t.variables() if v not in counts})
    zero = {
        v
        for t in mine
        if t.kind == "value" and not t.figure.value and not t.figure.half_unit and not t.now.denominator
        for v in t.variables()
    }
    index = {v: i for i, v in enumerate(names)}
    lower, upper = np.zeros(len(names)), np.full(len(names), np.inf)
    caps: list[dict[Var, float]] = []
    for i, var in enumerate(names):
        if var in zero or (var.cell.category == "ordinary_inpatient" and not counts.get(Var(var.cell, "visits"), 0)):
            upper[i] = 0
        elif days:
            lower[i] = counts[Var(var.cell, "visits")]
    if not days:
        for fund in FUNDS:
            for period in PERIODS:
                for cell in ordinary(fund, period):
                    caps += _plausible(cell, counts.get(Var(cell, "visits"), 0), lower, upper, index)
    triples = [(i, index[v], c) for i, cap in enumerate(caps) for v, c in cap.items()]
    i, j, c = zip(*triples, strict=True) if triples else ((), (), ())
    matrix = sparse.csr_matrix((c, (i, j)), (len(caps), len(names)))
    return Programme(names, np.array([prior.get(v, 0.0) for v in names]), lower, upper, matrix, counts)


def _plausible(
    cell: Cell, visits: int, lower: np.ndarray, upper: np.ndarray, index: dict[Var, int]
) -> Iterable[dict[Var, float]]:
    """Return what a cell's money must look like, as sums that are at most 0: a cost, and paid within policy within cost."""
    if not visits:
        return
    cost, policy, basic, serious, assistance = (Var(cell, m) for m in MONEY)
    few = visits <= 5
    lower[index[cost]] = visits * 100_00
    if few:
        upper[index[serious]] = upper[index[assistance]] = 0
    within = 0.9995 if few else 0.975
    yield {policy: 1, cost: -within}
    yield {policy: -1, cost: 0.3}
    yield {basic: 1, serious: 1, assistance: 1, policy: -within}
    yield {basic: -1, policy: 0.35 if visits > 1 or cell.period == "2025H1" else 0.05}
    if not few:
        yield {assistance: 1, policy: -0.25}
