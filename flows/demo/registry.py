"""The registry of targets: each printed figure as a formula over cells, used to fit and to check.

Definitions of means, ratios and shares are those of seeds/measures (definitions.csv, definition_terms.csv).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from flows.demo.cells import Cell, Var, categories, cells_of, scalar, select
from flows.demo.figures import DOCUMENT, Address, Figure, read_figures, seed

Values = Mapping[Var, int]
Kind = Literal["value", "change", "growth"]

CLINICAL = {"visits", "total_cost", "policy_cost", "basic_paid", "serious_paid", "assistance_paid", "bed_days"}
COUNTS = {"visits", "bed_days", "enrolled", "paying", "registered", "subsidised", "subsidised_due"}
# what the bureau's ledger or the regulations say, and no claim, enrolment or contribution can
NOT_FROM_EXTRACTS = {
    ("contribution_standard", "all"): "a standard set by regulation",
    ("contribution_standard", "individual"): "a standard set by regulation",
    ("contribution_standard", "fiscal"): "a standard set by regulation",
    ("income", "fiscal_subsidy_local"): "a transfer of the treasury (财政配套), booked in the ledger",
    ("expenditure", "to_above"): "a transfer to the city (上解), booked in the ledger",
    ("income", "interest"): "interest, booked in the ledger",
}


Terms = tuple[tuple[Var, int], ...]


def total(terms: Terms, values: Values) -> int:
    """Sum terms."""
    return sum(coefficient * values[v] for v, coefficient in terms)


@dataclass(frozen=True)
class Quantity:
    """weight × scale × Σ numerator ÷ Σ denominator + constant; without a denominator, a plain sum.

    The weight of a quotient of means is a quotient of visits, which are fixed before money is fitted.
    """

    numerator: Terms
    denominator: Terms = ()
    scale: Fraction = Fraction(1)
    constant: Fraction = Fraction(0)
    weight: tuple[Terms, Terms] | None = None

    def factor(self, values: Values) -> Fraction:
        """Return scale × weight."""
        if self.weight is None:
            return self.scale
        return self.scale * Fraction(total(self.weight[0], values), total(self.weight[1], values))

    def value(self, values: Values) -> Fraction:
        """Compute exactly; a mean or ratio over nothing is 0, as the report prints it."""
        top = Fraction(total(self.numerator, values))
        if self.denominator:
            below = total(self.denominator, values)
            if not below:
                return Fraction(0)
            top /= below
        return self.factor(values) * top + self.constant


@dataclass(frozen=True)
class Target:
    """A printed figure with its formula."""

    figure: Figure
    kind: Kind
    now: Quantity
    before: Quantity | None = None

    def value(self, values: Values) -> Fraction:
        """Compute exactly, from unrounded operands; growth from nothing is 100 %."""
        now = self.now.value(values)
        if self.before is None:
            return now
        before = self.before.value(values)
        if self.kind == "change":
            return now - before
        if not before:
            return Fraction(100 if now else 0)
        return 100 * now / before - 100

    def gap(self, values: Values) -> Fraction:
        """Return how far the value is outside, in printed units; 0 if it rounds (half up) to what is printed."""
        if self.holds(values):
            return Fraction(0)
        return self.value(values) - self.figure.value

    def holds(self, values: Values) -> bool:
        """Say whether the computed value rounds to the printed one."""
        shift = self.value(values)
        if not self.figure.half_unit:
            return shift == self.figure.value
        scaled = abs(shift) * 10**self.figure.decimals
        rounded = Fraction((2 * scaled + 1) // 2, 10**self.figure.decimals)
        return (rounded if shift >= 0 else -rounded) == self.figure.value

    def variables(self) -> set[Var]:
        """Return the unknowns of the formula."""
        quantities = [q for q in (self.now, self.before) if q]
        return {v for q in quantities for terms in (q.numerator, q.denominator, *(q.weight or ())) for v, _ in terms}


@cache
def targets() -> tuple[Target, ...]:
    """Return every figure that claims and registers can give, as a formula."""
    return tuple(_target(f) for f in read_figures() if (f.measure, f.address.item) not in NOT_FROM_EXTRACTS and _income(f))


def not_from_extracts() -> list[tuple[Figure, str]]:
    """Return the figures that no extract can give, with the reason."""
    found = [(f, NOT_FROM_EXTRACTS.get((f.measure, f.address.item))) for f in read_figures()]
    ledger = "its interest is booked in the ledger; the contributions part is given"
    return [(f, r) for f, r in found if r] + [(f, ledger) for f in read_figures() if not _income(f)]


def _income(figure: Figure) -> bool:
    """Say whether an income is contributions alone (the civil servants' total holds interest)."""
    return not (figure.measure == "income" and figure.address.fund == "civil_servant" and figure.address.item == "all")


def _target(figure: Figure) -> Target:
    base, _, kind = figure.measure.rpartition("_")
    if kind not in ("change", "growth"):
        return Target(figure, "value", _quantity(figure.measure, figure.address, figure.unit))
    unit = "元" if kind == "growth" else figure.unit
    earlier = figure.address._replace(period=_earlier(figure.address.period))
    return Target(figure, kind, _quantity(base, figure.address, unit), _quantity(base, earlier, unit))


def _earlier(period: str) -> str:
    return next(row["earlier_period"] for row in seed("dimensions/dim_periods.csv") if row["period"] == period)


def _previous_year(period: str) -> str:
    return next(row["previous_year"] for row in seed("dimensions/dim_periods.csv") if row["period"] == period)


def _quantity(measure: str, address: Address, unit: str) -> Quantity:
    definition = _definition(measure, address)
    if definition is None or definition["form"] == "sum":
        scale = Fraction(1) if measure in COUNTS else Fraction(1, 1_000_000 if unit == "万元" else 100)
        return Quantity(_sum(measure, address), scale=scale)
    top, below = _terms(definition, address, "numerator"), _terms(definition, address, "denominator")
    scale = Fraction(definition["scale"])
    if measure == "cost_per_visit":
        scale /= 100  # fen to yuan
    if measure.startswith("cost_per_visit_"):
        return _quotient_of_means(address, definition)
    return Quantity(top, below, scale, Fraction(definition["constant"]))


def _quotient_of_means(address: Address, definition: dict[str, str]) -> Quantity:
    """Turn (cost ÷ visits) ÷ (cost ÷ visits) into one quotient with the visits as its weight."""
    here, there = (_overridden(address, term) for term in _definition_terms(definition["definition"]))
    return Quantity(
        _sum("total_cost", here),
        _sum("total_cost", there),
        Fraction(definition["scale"]),
        Fraction(definition["constant"]),
        weight=(_sum("visits", there), _sum("visits", here)),
    )


def _definition(measure: str, address: Address) -> dict[str, str] | None:
    """Return the most specific definition that applies at the address."""
    coordinates = {"fund": address.fund, "item": address.item}
    found = [
        row
        for row in seed("measures/definitions.csv")
        if row["measure"] == measure
        and row["form"] != "product"
        and row["document_id"] in ("", DOCUMENT)
        and row["region"] in ("", "shandan")
        and all(row[c] in ("", v) for c, v in coordinates.items())
        and row["benefit_category"] in ("", address.category)
    ]
    scope = ("document_id", "region", "fund", "benefit_category")
    return max(found, key=lambda r: sum(bool(r[c]) for c in scope), default=None)


def _definition_terms(definition: str) -> list[dict[str, str]]:
    return [row for row in seed("measures/definition_terms.csv") if row["definition"] == definition]


def _terms(definition: dict[str, str], address: Address, part: str) -> Terms:
    found: list[tuple[Var, int]] = []
    for term in _definition_terms(definition["definition"]):
        if term["part"] == part:
            found += [(v, c * int(term["coefficient"])) for v, c in _sum(term["measure"], _overridden(address, term))]
    return tuple(found)


def _overridden(address: Address, term: dict[str, str]) -> Address:
    period = _previous_year(address.period) if term["period"] == "previous_year" else address.period
    overrides = {
        "category": term["benefit_category"],
        "area": term["care_area"],
        "level": term["institution_level"],
        "institution": term["institution"],
        "fund": term["fund"],
    }
    return address._replace(period=period, **{k: v for k, v in overrides.items() if v})


def _sum(measure: str, address: Address) -> Terms:
    """Return a plain sum of cells: of an additive measure, or of what is defined as a sum."""
    if measure == "expenditure":
        return tuple(_expenditure(address))
    if measure == "total_paid":
        return tuple(x for m in ("basic_paid", "serious_paid", "assistance_paid") for x in _sum(m, address))
    if measure == "visits" and address.fund == "assistance":
        return tuple(x for term in _definition_terms("assistance_visits") for x in _sum(measure, _overridden(address, term)))
    if measure in CLINICAL and address.category != "all" and not address.fund.startswith("assistance"):
        cells = cells_of(address.fund, address.category, address.period)
        return tuple((Var(c, measure), 1) for c in select(cells, address.area, address.level, address.institution))
    if measure in ("subsidised", "subsidy", "subsidised_due"):
        kinds = ("full", "partial") if address.item == "all" else (address.item,)
        name = "subsidised" if measure == "subsidised_due" else measure
        return tuple((Var(scalar("assistance", kind, address.period), name), 1) for kind in kinds)
    if measure in ("enrolled", "paying"):  # of the whole fund, whatever care the quotient is about
        return ((Var(scalar(address.fund, "all", address.period), measure), 1),)
    return ((Var(scalar(address.fund, address.category, address.period), measure), 1),)


def _expenditure(address: Address) -> list[tuple[Var, int]]:
    if address.fund == "assistance":
        return [x for t in _definition_terms("assistance_expenditure") for x in _expenditure(_overridden(address, t))]
    if address.fund.startswith("assistance"):
        return [(Var(scalar(*address[:1], address.category, address.period), "expenditure"), 1)]
    definition = _definition("expenditure", address)
    if definition and definition["form"] == "sum":
        return list(_terms(definition, address, "numerator"))
    children = categories(address.fund).get(address.category, [])
    if children:
        return [x for child in children for x in _expenditure(address._replace(category=child))]
    cells = select(cells_of(address.fund, address.category, address.period), "all", address.level, "all")
    return [(Var(c, "expenditure"), 1) for c in cells]


def cells_in_use() -> set[Cell]:
    """Return the cells that some figure speaks of."""
    return {v.cell for t in targets() for v in t.variables()}
