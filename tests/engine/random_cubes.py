"""Random cubes of claims that add up, printed as documents print them: with groups, ratios, comparisons, and rounding."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from tests.engine.figures import Document, Printed, is_tie, print_figure, read_figure

THIS, LAST = "2025H1", "2024H1"
AREAS = ("in_county", "in_city", "in_province", "out_of_province")
AREA_GROUPS = {"all": AREAS, "within_city": AREAS[:2], "outside_city": AREAS[2:]}
LEVELS = ("tertiary", "secondary", "primary", "unrated")
INPATIENT = ("ordinary_inpatient", "trauma_inpatient", "psychiatric_inpatient", "day_surgery")
OUTPATIENT = ("general_outpatient", "chronic_outpatient", "negotiated_drug_outpatient")
CATEGORY_GROUPS = {"all": INPATIENT + OUTPATIENT, "inpatient": INPATIENT, "outpatient": OUTPATIENT}
COUNTED = ("visits", "bed_days")
PAID = ("basic_paid", "serious_paid", "assistance_paid")
MONEY = ("total_cost", "policy_cost", *PAID)
# measure: what it is over what, times what; a mean or share of nothing is printed as 0
RATIOS = {
    "cost_per_visit": ("total_cost", "visits", 1),
    "mean_bed_days": ("bed_days", "visits", 1),
    "actual_ratio": ("total_paid", "total_cost", 100),
    "policy_ratio": ("total_paid", "policy_cost", 100),
    "basic_segment_ratio": ("basic_paid", "total_cost", 100),
}
INPATIENT_MEASURES = (*COUNTED, *MONEY, "total_paid", *RATIOS, "hospitalisation_rate", "visits_share_of_levels")
EXPENDITURE_MEASURES = (
    "expenditure",
    "expenditure_share_of_total",
    "expenditure_share_of_inpatient",
    "expenditure_share_of_outpatient",
)
WITHOUT_COMPARISON = {"visits_share_of_levels", *EXPENDITURE_MEASURES[1:]}

Node = tuple[str, str, str]  # benefit category, care area, institution level


@dataclass
class Cube:
    """What happened, exactly: leaf amounts in yuan with whole fen, counts in whole visits and days."""

    leaves: dict[tuple[str, str, str, str], dict[str, Decimal]] = field(default_factory=dict)
    spent: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    enrolled: dict[str, Decimal] = field(default_factory=dict)

    def _below(self, node: Node) -> Callable[[tuple[str, ...]], bool]:
        category, area, level = node
        categories = {"inpatient": INPATIENT, "outpatient": OUTPATIENT, "all": INPATIENT + OUTPATIENT}.get(
            category, (category,)
        )
        areas = AREA_GROUPS.get(area, (area,))
        return lambda key: key[1] in categories and key[2] in areas and (level == "all" or key[3] == level)

    def value(self, measure: str, node: Node, period: str) -> Decimal:
        """The exact value of a measure at a node."""
        category, area, _ = node
        if measure == "expenditure":
            below = self._below((category, area, "all"))
            return sum((v for key, v in self.spent.items() if key[0] == period and below(key)), Decimal(0))
        if measure.startswith("expenditure_share_of_"):
            base = measure.removeprefix("expenditure_share_of_").replace("total", "all")
            return over(self.value("expenditure", node, period), self.value("expenditure", (base, "all", "all"), period), 100)
        if measure == "total_paid":
            return sum((self.value(part, node, period) for part in PAID), Decimal(0))
        if measure in RATIOS:
            above, under, scale = RATIOS[measure]
            return over(self.value(above, node, period), self.value(under, node, period), scale)
        if measure == "hospitalisation_rate":
            return over(self.value("visits", node, period), self.enrolled[period], 100)
        if measure == "visits_share_of_levels":
            return over(self.value("visits", node, period), self.value("visits", (category, area, "all"), period), 100)
        below = self._below(node)
        return sum((leaf[measure] for key, leaf in self.leaves.items() if key[0] == period and below(key)), Decimal(0))

    def printed_value(self, measure: str, kind: str, node: Node) -> Decimal:
        """The exact value of what is printed: this period, the one before, the change or the growth."""
        this, last = self.value(measure, node, THIS), self.value(measure, node, LAST)
        if kind == "growth":
            # documents print 100 where there was nothing before
            return (100 * this / last - 100) if last else Decimal(100 if this else 0)
        return {"this": this, "last": last, "change": this - last}[kind]


def over(above: Decimal, under: Decimal, scale: int) -> Decimal:
    return scale * above / under if under else Decimal(0)


def grow(chooser: random.Random, zero_share: float, areas: list[str], levels: list[str], categories: list[str]) -> Cube:
    """Fill a cube; a cell without visits has no cost either."""
    cube = Cube()
    top = chooser.choice((5, 300, 20_000))
    for period, category, area, level in product((THIS, LAST), categories, areas, levels):
        count = 0 if chooser.random() < zero_share else chooser.randint(1, top)
        cost = Decimal(count * chooser.randint(10_000, 900_000)) / 100
        policy = (cost * chooser.randint(50, 100) / 100).quantize(Decimal("0.01"))
        paid = [(policy * chooser.randint(0, 33) / 100).quantize(Decimal("0.01")) for _ in PAID]
        days = Decimal(sum(chooser.randint(1, 20) for _ in range(min(count, 3))) * max(count // 3, 1) if count else 0)
        cube.leaves[period, category, area, level] = dict(
            zip((*COUNTED, *MONEY), (Decimal(count), days, cost, policy, *paid), strict=True)
        )
    for period, category, area in product((THIS, LAST), [*categories, *OUTPATIENT[: chooser.randint(1, 3)]], areas):
        spent = 0 if chooser.random() < zero_share else chooser.randint(1, 10_000_000_00)
        cube.spent[period, category, area] = Decimal(spent) / 100
    cube.enrolled = {THIS: Decimal(chooser.randint(50_000, 900_000)), LAST: Decimal(chooser.randint(50_000, 900_000))}
    return cube


def unit_of(chooser: random.Random, measure: str, kind: str) -> tuple[str, int]:
    """A unit and so many decimals as some document prints the measure with."""
    if kind == "growth":
        return "%", chooser.randint(0, 4)
    if measure == "visits":
        return chooser.choice((("人次", 0), ("人次", 0), ("万人次", chooser.randint(0, 4))))
    if measure == "bed_days":
        return "天", 0
    if measure == "cost_per_visit":
        return "元", chooser.randint(0, 2)
    if measure == "mean_bed_days":
        return "天", chooser.randint(1, 3)  # whole days are read as counted
    if measure in (*MONEY, "total_paid", "expenditure"):
        return chooser.choice((("元", chooser.choice((0, 2))), ("万元", chooser.randint(0, 4))))
    return ("个百分点" if kind == "change" else "%"), chooser.randint(0, 4)


def printed(value: Decimal, unit: str, decimals: int, direction: str | None = None) -> Printed:
    """Print a value, with one more decimal where it lies exactly between two numbers: no end of an interval is ever reached."""
    while is_tie(value, decimals, unit):
        decimals += 1
    return print_figure(value, decimals, unit, direction=direction)


def measure_at(measure: str, node: Node) -> dict[str, str] | None:
    """The coordinates of a measure at a node; None where no document prints it there."""
    category, area, level = node
    if measure == "visits_share_of_levels":
        return {"benefit_category": category, "institution_level": level} if area == "all" else None
    if measure == "expenditure_share_of_inpatient" and category not in ("inpatient", *INPATIENT):
        return None
    if measure == "expenditure_share_of_outpatient" and category not in ("outpatient", *OUTPATIENT):
        return None
    at = {"benefit_category": category, "care_area": area}
    return at if measure.startswith("expenditure_share") else at | {"institution_level": level}


def with_groups(chooser: random.Random, leaves: list[str], groups: tuple[str, ...]) -> list[str]:
    """The members of one side of a table: all leaves, and some of the sums over them."""
    return [group for group in groups if chooser.random() < 0.7] + leaves


def print_cube(cube: Cube, name: str, chooser: random.Random, members: tuple[list[str], list[str], list[str]]) -> Document:
    """Print a cube as a document: some tables that are closed, and some sentences."""
    areas, levels, categories = members
    fund = chooser.choice(("resident", "employee"))
    document = Document(name)

    def add(measure: str, kind: str, node: Node, unit: str, decimals: int, table: str | None, blank: float = 0) -> None:
        at = measure_at(measure, node)
        if at is None or (kind in ("change", "growth") and measure in WITHOUT_COMPARISON):
            return
        value = cube.printed_value(measure, kind, node)
        direction = None
        if table is None and kind in ("change", "growth"):
            direction = chooser.choice(("增加", "增长")) if value >= 0 else chooser.choice(("减少", "下降"))
        empty = value == 0 and chooser.random() < blank
        figure = read_figure(None, unit) if empty else printed(value, unit, decimals, direction)
        full_name = measure if kind in ("this", "last") else f"{measure}_{kind}"
        document.add(full_name, figure, table, fund=fund, period=LAST if kind == "last" else THIS, **at)

    for number in range(chooser.randint(1, 4)):
        table = f"T{number:02}"
        if chooser.random() < 0.7:
            # every measure that the others follow from, or a few of them
            measures = list(INPATIENT_MEASURES)
            if chooser.random() < 0.6:
                measures = chooser.sample(measures, 4)
            rows = with_groups(chooser, areas, tuple(AREA_GROUPS)) if chooser.random() < 0.7 else ["all"]
            columns = with_groups(chooser, levels, ("all",)) if chooser.random() < 0.6 else ["all"]
            kinds_of_row = with_groups(chooser, categories, ("inpatient",)) if chooser.random() < 0.3 else ["inpatient"]
        else:
            measures = list(EXPENDITURE_MEASURES)
            rows = with_groups(chooser, areas, tuple(AREA_GROUPS)) if chooser.random() < 0.5 else ["all"]
            columns = ["all"]
            kinds_of_row = with_groups(chooser, [*categories, *OUTPATIENT], ("all", "inpatient", "outpatient"))
        kinds = ["this", *(kind for kind in ("last", "change", "growth") if chooser.random() < 0.5)]
        blank_means = chooser.choice(("zero", "zero", "unknown"))
        blank = {"zero": 0.5, "unknown": 0.1}[blank_means]
        for measure, kind in product(measures, kinds):
            unit, decimals = unit_of(chooser, measure, kind)
            for node in product(kinds_of_row, rows, columns):
                add(measure, kind, node, unit, decimals, table, blank)
        document.blank_means[table] = blank_means

    for period, unit in product((THIS, LAST), ("人", "万人")):
        document.add("enrolled", printed(cube.enrolled[period], unit, 0 if unit == "人" else 2), fund=fund, period=period)
    nodes = list(product(["inpatient", *categories], ["all", "within_city", "outside_city", *areas], ["all", *levels]))
    for node in chooser.sample(nodes, min(len(nodes), 8)):
        for measure in chooser.sample(INPATIENT_MEASURES, 5):
            for kind in ("this", "last", "change", "growth"):
                if chooser.random() < 0.6:
                    add(measure, kind, node, *unit_of(chooser, measure, kind), None)
    return document


@st.composite
def cube_documents(draw: st.DrawFn) -> Callable[[str], Document]:
    """A consistent cube, to be printed under a name."""
    some = lambda members: draw(st.lists(st.sampled_from(members), min_size=1, unique=True))  # noqa: E731
    members = (some(AREAS), some(LEVELS), some(INPATIENT[:3]))
    zero_share = draw(st.sampled_from((0.0, 0.2, 0.6)))
    chooser = random.Random(draw(st.integers(0, 2**32)))
    cube = grow(chooser, zero_share, *members)
    state = chooser.getrandbits(32)
    return lambda name: print_cube(cube, name, random.Random(state), members)


def numbered(makers: list[Callable[[str], Document]]) -> list[Document]:
    return [make(f"d{n}") for n, make in enumerate(makers)]


several_cubes = st.lists(cube_documents(), min_size=2, max_size=2).map(numbered)
