"""Half-year totals of every block of rows: what the fit found, and the assumptions where the report prints nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.demo.allocate import apportion
from flows.demo.assumptions import ALLOWANCE_EARLIER, CARE, CIVIL_SHARE, HALVES, SECOND_HALF, Care
from flows.demo.cells import FUNDS, Cell, Var, cells_of, scalar
from flows.demo.fit import Fit

MEASURES = (
    "visits",
    "total_cost",
    "policy_cost",
    "basic_paid",
    "serious_paid",
    "assistance_paid",
    "civil_paid",
    "account_paid",
    "bed_days",
    "assisted",
)
FITTED = ("visits", "total_cost", "policy_cost", "basic_paid", "serious_paid", "assistance_paid", "bed_days")
# assistance an assisted visit, at most, against the mean policy-range cost; dear drugs are what gets assisted
ASSISTED_CAP = {"negotiated_drug_outpatient": 1.2}
ASSISTED_CAP_ELSEWHERE = 0.45


@dataclass
class Block:
    """A block of rows: one cell in one half-year. Money in fen, counts in whole numbers, signed sums."""

    cell: Cell
    totals: dict[str, int]

    @property
    def care(self) -> Care:
        """How its category looks."""
        return CARE[self.cell.fund, self.cell.category]

    @property
    def half(self) -> str:
        """Its half-year."""
        return self.cell.period


def build_blocks(fit: Fit, scale: float = 1.0) -> list[Block]:
    """Return every block of the 18 months, scaled.

    A whole scale multiplies every total; another keeps each cell's mean per visit.
    """
    blocks = [
        b for key in CARE for half in ("2024H1", "2025H1") if key[1] != "personal_account" for b in _half(fit, *key, half)
    ]
    _assist(fit, blocks)
    for block in blocks:
        _accounts(block)
    blocks += [_purchases(fit, blocks, half) for half in ("2024H1", "2025H1")]
    blocks += _between(blocks)
    scaled = [_scaled(b, scale) for b in blocks]
    order = {half: i for i, half in enumerate(HALVES)}
    return sorted(
        (b for b in scaled if b.totals["visits"]), key=lambda b: (order[b.half], list(CARE).index(b.cell[:2]), b.cell[3:])
    )


def allowances(fit: Fit, scale: float = 1.0) -> dict[str, int]:
    """Return the maternity allowances paid in each half-year, in fen."""
    now = fit.values[Var(scalar("employee", "maternity_allowance", "2025H1"), "expenditure")]
    earlier = {"2024H1": ALLOWANCE_EARLIER, "2024H2": (1 + ALLOWANCE_EARLIER) / 2, "2025H1": 1.0}
    return {half: round(now * factor * scale) for half, factor in earlier.items()}


def _half(fit: Fit, fund: str, category: str, half: str) -> list[Block]:
    care = CARE[fund, category]
    if category == "ordinary_inpatient":
        cells = cells_of(fund, category, half)
        return [Block(c, {m: fit.values.get(Var(c, m), 0) if m in FITTED else 0 for m in MEASURES}) for c in cells]
    if category == "chronic_outpatient":
        return [
            _outpatient(c, care, *(fit.values[Var(c, m)] for m in ("visits", "total_cost", "expenditure")))
            for c in cells_of(fund, category, half)
        ]
    paid = _expenditure(fit, fund, category, half)
    shares = np.array([place[2] for place in care.places])
    visits = apportion(
        max(round(paid / 100 / care.paid_per_visit), len(shares)),
        shares,
        np.ones(len(shares), int),
        np.full(len(shares), 10**9),
    )
    found = []
    spent = np.rint(np.cumsum(visits) / visits.sum() * paid).astype(int)
    for (area, level, _), count, part in zip(care.places, visits, np.diff(spent, prepend=0), strict=True):
        cell = Cell(fund, category, half, area, level, "none")
        found.append(_outpatient(cell, care, int(count), round(part / care.paid_ratio), int(part)))
    return found


def _outpatient(cell: Cell, care: Care, visits: int, cost: int, paid: int) -> Block:
    serious = round(paid * care.serious_share)
    policy = max(round(cost * care.policy_ratio), round(paid * 1.04))
    totals = dict.fromkeys(MEASURES, 0) | {"visits": visits, "total_cost": cost, "policy_cost": min(policy, cost)}
    return Block(cell, totals | {"basic_paid": paid - serious, "serious_paid": serious, "bed_days": round(visits * care.days)})


def _expenditure(fit: Fit, fund: str, category: str, half: str) -> int:
    printed = Var(scalar(fund, category, half), "expenditure")
    if printed in fit.values:
        return fit.values[printed]
    return round(fit.values[Var(scalar(fund, category, "2025H1"), "expenditure")] * CARE[fund, category].earlier)


ASSISTED_CATEGORIES = {
    "inpatient": ("ordinary_inpatient", "trauma_inpatient", "psychiatric_inpatient"),
    "chronic_outpatient": ("chronic_outpatient",),
    "negotiated_drug_outpatient": ("negotiated_drug_outpatient",),
}


def _assist(fit: Fit, blocks: list[Block]) -> None:
    """Place assistance and the visits that get it: those of the report in 2025, as many in proportion the year before."""
    for fund in FUNDS:
        for kind, members in ASSISTED_CATEGORIES.items():
            now = [b for b in blocks if b.cell.fund == fund and b.cell.category in members and b.half == "2025H1"]
            cell = scalar(f"assistance_{fund}", kind, "2025H1")
            money, count = fit.values[Var(cell, "expenditure")], fit.values[Var(cell, "visits")]
            _place_assistance(now, money, count)
            before = [b for b in blocks if b.cell.fund == fund and b.cell.category in members and b.half == "2024H1"]
            share = sum(b.totals["total_cost"] for b in before) / sum(b.totals["total_cost"] for b in now)
            fixed = sum(b.totals["assistance_paid"] for b in before)
            visits = sum(b.totals["visits"] for b in before) / sum(b.totals["visits"] for b in now)
            _place_assistance(before, max(round(money * share), round(fixed * 1.02)), round(count * visits))


def _place_assistance(blocks: list[Block], money: int, count: int) -> None:
    """Give the money that no fitted cell has to the others, and choose how many visits of each block are assisted."""
    free = [b for b in blocks if b.cell.category != "ordinary_inpatient"]
    rest = money - sum(b.totals["assistance_paid"] for b in blocks)
    room = np.array([_left_over(b) * 0.6 for b in free])
    for block, part in zip(free, apportion(rest, room, np.zeros(len(free), int), np.maximum(room, 0).astype(int)), strict=True):
        block.totals["assistance_paid"] = int(part)
    amounts = np.array([b.totals["assistance_paid"] for b in blocks], float)
    visits = np.array([b.totals["visits"] for b in blocks])
    policy = np.array([b.totals["policy_cost"] for b in blocks], float)
    cap = np.array([_assisted_cap(b) for b in blocks]) * policy / np.maximum(visits, 1)
    least = np.where(amounts > 0, np.ceil(amounts / np.maximum(cap, 1)), 0).astype(int)
    most = np.where(amounts > 0, visits, 0)
    for block, chosen in zip(
        blocks, apportion(count, np.sqrt(amounts * visits), np.minimum(np.maximum(least, amounts > 0), most), most), strict=True
    ):
        block.totals["assisted"] = int(chosen)


def _assisted_cap(block: Block) -> float:
    return ASSISTED_CAP.get(block.cell.category, ASSISTED_CAP_ELSEWHERE)


def _left_over(block: Block) -> int:
    t = block.totals
    return t["policy_cost"] - t["basic_paid"] - t["serious_paid"] - t["assistance_paid"] - t["civil_paid"]


def _accounts(block: Block) -> None:
    """Add the civil-servant subsidy and what employees pay from their accounts."""
    totals = block.totals
    if (
        block.cell.fund == "employee"
        and block.care.is_inpatient | (block.cell.category == "ordinary_inpatient")
        and totals["visits"] > 60
    ):
        totals["civil_paid"] = min(round(totals["policy_cost"] * CIVIL_SHARE), round(_left_over(block) * 0.3))
    paid = sum(totals[m] for m in ("basic_paid", "serious_paid", "assistance_paid", "civil_paid"))
    totals["account_paid"] = round((totals["total_cost"] - paid) * block.care.account_share)


def _purchases(fit: Fit, blocks: list[Block], half: str) -> Block:
    """Return the purchases at pharmacies: the account's spending that no other care of employees takes."""
    care = CARE["employee", "personal_account"]
    spent = fit.values[Var(scalar("employee", "personal_account", half), "expenditure")]
    account = spent - sum(b.totals["account_paid"] for b in blocks if b.cell.fund == "employee" and b.half == half)
    cost = round(account / care.paid_ratio)
    totals = dict.fromkeys(MEASURES, 0) | {"visits": round(account / 100 / care.paid_per_visit), "total_cost": cost}
    totals |= {"policy_cost": round(cost * care.policy_ratio), "account_paid": account}
    return Block(Cell("employee", "personal_account", half, "in_county", "unrated", "none"), totals)


def _between(blocks: list[Block]) -> list[Block]:
    """Return the second half of 2024: the mean of its neighbours, a little lower."""
    found: dict[Cell, list[Block]] = {}
    for block in blocks:
        found.setdefault(block.cell._replace(period="2024H2"), []).append(block)
    between = []
    for cell, pair in found.items():
        totals = {m: round(sum(b.totals[m] for b in pair) * SECOND_HALF / 2) for m in MEASURES}
        totals["assisted"] = max(totals["assisted"], min(totals["assistance_paid"], 1))
        between.append(Block(cell, totals))
    return between


def _scaled(block: Block, scale: float) -> Block:
    before = block.totals["visits"]
    visits = round(before * scale)
    if not before or not visits:
        return Block(block.cell, dict.fromkeys(MEASURES, 0))
    factor = scale if scale == round(scale) else visits / before
    totals = {m: round(v * factor) for m, v in block.totals.items()} | {"visits": visits}
    totals["bed_days"] = max(totals["bed_days"], visits) if block.totals["bed_days"] else 0
    totals["assisted"] = min(totals["assisted"], visits)
    cap = _assisted_cap(block) * 1.1 if scale >= 1 else ASSISTED_CAP_ELSEWHERE
    most = int(cap * totals["policy_cost"] / visits * totals["assisted"])
    if scale != round(scale):
        totals["assistance_paid"] = min(totals["assistance_paid"], most)
        totals["assisted"] = totals["assisted"] if totals["assistance_paid"] else 0
    return Block(block.cell, totals)
