"""What the cells look like before the figures are held to: visits in whole, money by iterative proportional fitting."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from flows.demo.cells import FUNDS, LEVELS, MONEY, OUTSIDE, PERIODS, Cell, Var, hospitals, ordinary
from flows.demo.figures import Address, read_figures
from flows.demo.registry import COUNTS, Target, targets

AREAS = ("in_county", *OUTSIDE)
# how care away from home spreads over levels before the printed margins are fitted: the further, the higher the level
AFFINITY = np.array([[0, 0.9, 0.1, 0], [0.70, 0.22, 0.07, 0.01], [0.93, 0.05, 0.01, 0.01], [0.85, 0.10, 0.03, 0.02]])


def printed(measure: str, address: Address) -> float | None:
    """Return what the report prints at an address, in fen or counts; the first time it is printed."""
    for f in read_figures():
        if f.measure == measure and f.address == address:
            return float(f.value) * {"万元": 1_000_000, "元": 100}.get(f.unit, 1)
    return None


def margins(fund: str, measure: str, period: str = "2025H1") -> tuple[np.ndarray, np.ndarray]:
    """Return the printed totals by care area and by level."""
    here = Address(fund, period, "inpatient")
    by_area = [printed(measure, here._replace(area=a)) for a in AREAS]
    by_level = [printed(measure, here._replace(level=level)) for level in LEVELS]
    return np.array(by_area, float), np.array(by_level, float)


def ipf(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Fit a table to its margins (iterative proportional fitting)."""
    table = seed.astype(float)
    for _ in range(200):
        table *= (rows / np.maximum(table.sum(1), 1e-12))[:, None]
        table *= (columns / np.maximum(table.sum(0), 1e-12))[None, :]
    return table


def whole_counts() -> dict[Var, int]:
    """Find visits, persons and registrations in whole numbers that meet every printed count exactly.

    Where margins alone are printed, the table nearest to the fitted one (a transport rounding).
    """
    exact = [t for t in targets() if _is_count(t)]
    names = sorted({v for t in exact for v in t.variables()})
    index = {v: i for i, v in enumerate(names)}
    prior = _prior_visits(names)
    n = len(names)
    # x, and |x - prior| as a second block
    rows = np.zeros((len(exact), 2 * n))
    for row, target in enumerate(exact):
        for v, c in target.now.numerator:
            rows[row, index[v]] += c
    values = np.array([float(t.figure.value) for t in exact])
    identity = np.eye(n)
    nearest = np.vstack([np.hstack([identity, -identity]), np.hstack([-identity, -identity])])
    limits = np.concatenate([prior, -prior])
    found = milp(
        np.concatenate([np.zeros(n), 1 / np.sqrt(prior + 1)]),
        constraints=[LinearConstraint(rows, values, values), LinearConstraint(nearest, -np.inf, limits)],
        integrality=np.concatenate([np.ones(n), np.zeros(n)]),
        bounds=Bounds(0, np.inf),
    )
    if not found.success:
        raise RuntimeError(f"no whole numbers meet every printed count: {found.message}")
    return {v: round(found.x[i]) for v, i in index.items()}


def _is_count(target: Target) -> bool:
    figure = target.figure
    return target.kind == "value" and figure.measure in COUNTS and figure.measure != "bed_days" and not figure.half_unit


def _prior_visits(names: list[Var]) -> np.ndarray:
    tables = {f: ipf(AFFINITY * margins(f, "visits")[0][:, None], *margins(f, "visits")) for f in FUNDS}
    prior = []
    for cell, _ in names:
        guess = 0.0
        if cell.category == "ordinary_inpatient" and cell.institution == "none":
            table, row = tables[cell.fund], AREAS.index(cell.area)
            at_area = printed("visits", Address(cell.fund, cell.period, "inpatient", cell.area)) or 0.0
            guess = at_area * table[row, LEVELS.index(cell.level)] / table[row].sum()
        elif cell.category == "chronic_outpatient" and cell.level != "all":
            of_level = printed("visits", Address(cell.fund, "2025H1", cell.category, level=cell.level)) or 0.0
            of_all = [printed("visits", Address(cell.fund, p, cell.category)) or 0.0 for p in (cell.period, "2025H1")]
            guess = of_level * of_all[0] / of_all[1]
        prior.append(guess)
    return np.array(prior)


def money_priors(counts: dict[Var, int]) -> dict[Var, float]:
    """Guess each cell's money in fen and its bed days.

    By area and level: fitted to the printed margins of 2025; by institution: from the printed means and ratios;
    the year before: as in 2025, at the printed cost per visit.
    """
    prior: dict[Var, float] = {}
    for fund in FUNDS:
        visits = np.zeros((len(AREAS), len(LEVELS)))
        for cell in ordinary(fund, "2025H1"):
            visits[AREAS.index(cell.area), LEVELS.index(cell.level)] += counts.get(Var(cell, "visits"), 0)
        tables: dict[str, np.ndarray] = {}
        for measure in (*MONEY, "bed_days"):
            basis = tables["total_cost"] if measure in MONEY[1:] else visits
            tables[measure] = ipf(basis + AFFINITY * 1e-9, *(m + 1e-9 for m in margins(fund, measure)))
        for period in PERIODS:
            for cell in ordinary(fund, period):
                _guess_cell(cell, counts, tables, prior)
    return prior


def _guess_cell(cell: Cell, counts: dict[Var, int], tables: dict[str, np.ndarray], prior: dict[Var, float]) -> None:
    place = AREAS.index(cell.area), LEVELS.index(cell.level)
    visits = counts.get(Var(cell, "visits"), 0)
    there = sum(counts.get(Var(c, "visits"), 0) for c in ordinary(cell.fund, "2025H1") if (c.area, c.level) == cell[3:5])
    if not visits:
        prior.update({Var(cell, m): 0.0 for m in (*MONEY, "bed_days")})
        return
    address = Address(
        cell.fund, cell.period, "inpatient", cell.area, "all", cell.institution if cell.institution != "none" else "all"
    )
    mean = tables["total_cost"][place] / max(there, 1)
    if cell.institution in hospitals():
        mean = printed("cost_per_visit", address) or mean
    elif cell.period != "2025H1":
        now = printed("cost_per_visit", address._replace(period="2025H1"))
        mean *= (printed("cost_per_visit", address) or 1.0) / (now or 1.0)
    cost = visits * mean
    prior[Var(cell, "total_cost")] = cost
    for measure in MONEY[1:]:
        prior[Var(cell, measure)] = cost * tables[measure][place] / tables["total_cost"][place]
    prior[Var(cell, "bed_days")] = visits * tables["bed_days"][place] / max(there, 1)
    ratio = printed("basic_segment_ratio", address) if cell.institution in hospitals() else None
    if ratio:
        paid = cost * ratio / 100
        prior[Var(cell, "basic_paid")] = paid - (prior[Var(cell, "assistance_paid")] if cell.fund == "employee" else 0)
        prior[Var(cell, "policy_cost")] = min(max(prior[Var(cell, "policy_cost")], paid * 1.1), cost * 0.97)


def interval(target: Target) -> tuple[Fraction, Fraction]:
    """Return the values that round to the printed one."""
    return target.figure.value - target.figure.half_unit, target.figure.value + target.figure.half_unit
