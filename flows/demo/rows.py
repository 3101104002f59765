"""Each printed figure as one row of a linear programme, in half units of its last printed digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.demo.cells import Var
from flows.demo.registry import COUNTS, Quantity, Target, total

# what gives way last: amounts, then means, then ratios, then shares, changes and growth; a sentence before a table
WEIGHTS = {"万元": 1000.0, "天": 1000.0, "元": 300.0, "%": 100.0}
GROWTH_WEIGHT, CHANGE_WEIGHT, SENTENCE = 10.0, 30.0, 0.5


@dataclass
class Row:
    """low ≤ Σ terms ≤ high, in half units; the targets that it stands for."""

    terms: dict[Var, float]
    low: float
    high: float
    weight: float
    targets: list[Target] = field(default_factory=list)


Linear = tuple[dict[Var, float], float]


def _is_fixed(var: Var) -> bool:
    return var.measure in COUNTS and var.measure != "bed_days"


def rows_of(some: list[Target], counts: Mapping[Var, int], at: Mapping[Var, float]) -> list[Row]:
    """Return the rows of targets that have unknowns; equal rows once, with the heaviest weight.

    Ratios are scaled, and differences of ratios linearised, at the values `at`.
    """
    found: dict[object, Row] = {}
    for target in some:
        row = _row(target, counts, at)
        if row is None:
            continue
        key = (frozenset((v, round(c, 12)) for v, c in row.terms.items()), round(row.low, 9), round(row.high, 9))
        if key in found:
            found[key].targets.append(target)
            found[key].weight = max(found[key].weight, row.weight)
        else:
            found[key] = row
    return list(found.values())


def _row(target: Target, counts: Mapping[Var, int], at: Mapping[Var, float]) -> Row | None:
    figure = target.figure
    half = float(figure.half_unit) or 0.5
    spread = 1.0 if figure.half_unit else 0.0
    middle = float(figure.value)
    now, ratio = _linear(target.now, counts, at)
    if target.kind == "growth":
        before, _ = _linear(target.before, counts, at)
        base = _at(before, at)
        if not base:
            return None
        terms = _combine((now, 100.0), (before, -(100.0 + middle)))
        return _scaled(target, terms, half * base, 0.0, spread)
    if target.kind == "change":
        before, before_ratio = _linear(target.before, counts, at)
        now, before = _ratio_at(now, ratio, at), _ratio_at(before, before_ratio, at)
        return _scaled(target, _combine((now, 1.0), (before, -1.0)), half, middle, spread)
    if ratio is not None:
        constant, base = float(target.now.constant), _at(ratio, at)
        if not base:
            return None
        return _scaled(target, _combine((now, 1.0), (ratio, -(middle - constant))), half * base, 0.0, spread)
    return _scaled(target, now, half, middle, spread)


def _linear(quantity: Quantity, counts: Mapping[Var, int], at: Mapping[Var, float]) -> tuple[Linear, Linear | None]:
    """Return numerator × factor, divided by the denominator where that is fixed; else the denominator beside it."""
    factor = float(quantity.factor(counts))
    top = _split(quantity.numerator, counts)
    if not quantity.denominator:
        return _combine((top, factor)), None
    below = _split(quantity.denominator, counts)
    if below[0]:
        return _combine((top, factor)), below
    if not below[1]:
        return ({}, 0.0), None
    return _combine((top, factor / below[1])), None


def _split(terms: tuple[tuple[Var, int], ...], counts: Mapping[Var, int]) -> Linear:
    unknown = {v: float(c) for v, c in terms if not _is_fixed(v)}
    return unknown, float(total(tuple((v, c) for v, c in terms if _is_fixed(v)), counts))


def _combine(*parts: tuple[Linear, float]) -> Linear:
    terms: dict[Var, float] = {}
    constant = 0.0
    for (some, fixed), factor in parts:
        constant += factor * fixed
        for v, c in some.items():
            terms[v] = terms.get(v, 0.0) + factor * c
    return terms, constant


def _at(linear: Linear, at: Mapping[Var, float]) -> float:
    return sum(c * at[v] for v, c in linear[0].items()) + linear[1]


def _ratio_at(top: Linear, below: Linear | None, at: Mapping[Var, float]) -> Linear:
    """Linearise a ratio: r0 + (top − r0 × below) ÷ below0."""
    if below is None:
        return top
    base = _at(below, at)
    if not base:
        return {}, 0.0
    ratio = _at(top, at) / base
    terms, constant = _combine((top, 1 / base), (below, -ratio / base))
    return terms, constant + ratio


def _scaled(target: Target, linear: Linear, unit: float, middle: float, spread: float) -> Row | None:
    terms, constant = linear
    terms = {v: c / unit for v, c in terms.items() if c}
    if not terms:
        return None
    centre = (middle - constant) / unit
    figure = target.figure
    weight = {"growth": GROWTH_WEIGHT, "change": CHANGE_WEIGHT}.get(target.kind, WEIGHTS[figure.unit])
    if "share" in figure.measure:
        weight = CHANGE_WEIGHT
    return Row(terms, centre - spread, centre + spread, weight * (1 if figure.table else SENTENCE), [target])
