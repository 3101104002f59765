"""The settlement rows of one half-year: main rows that carry the totals, and around them what makes claims messy.

Reversed and settled anew, cancelled, settled in the middle of a stay: within the half-year these add up to nothing
or to the main row. Cancelled across the end of the half-year: taken out of one half-year's totals and put into the other's
before the main rows are made.
"""

from __future__ import annotations

import numpy as np

from flows.demo.allocate import apportion
from flows.demo.amounts import Columns, spread
from flows.demo.assumptions import FAMILY_SHARE, MANUAL_SHARE, MONTHS, SEASON, half_of
from flows.demo.blocks import MEASURES, Block
from flows.demo.cells import Cell
from flows.demo.claims import (
    DAY,
    choose_days,
    choose_places,
    fill,
    fund_code,
    hours,
    join,
    month_of,
    month_starts,
    negate,
    take,
)
from flows.demo.messy import State, add_the_mess
from flows.demo.persons_of_rows import Chooser

COLUMN_OF = {
    "total_cost": "cost",
    "policy_cost": "policy",
    "basic_paid": "basic",
    "serious_paid": "serious",
    "assistance_paid": "assistance",
    "civil_paid": "civil",
    "account_paid": "account",
    "bed_days": "days",
}
ACROSS_SHARE, ACROSS_FROM = 0.0012, 300


def totals_of(blocks: list[Block], months: list[int] | None = None) -> dict[str, np.ndarray]:
    """Return the blocks' totals as arrays; with months, one column a month, as full as the season.

    Money and days follow the visits of the months, assistance its visits, so that no month has the one without the other.
    """
    whole = {m: np.array([b.totals[m] for b in blocks], np.int64) for m in MEASURES}
    if months is None:
        return whole
    weight = np.cumsum([SEASON[MONTHS[m][4:]] for m in months])
    reached = {"visits": np.rint(weight / weight[-1] * whole["visits"][:, None])}
    for measure in MEASURES[1:]:
        base = "assisted" if measure == "assistance_paid" else "visits"
        if base not in reached:
            reached[base] = np.rint(reached["visits"] / np.maximum(whole["visits"], 1)[:, None] * whole[base][:, None])
        share = reached[base] / np.maximum(whole[base], 1)[:, None]
        reached[measure] = np.rint(share * whole[measure][:, None])
    found = {m: np.diff(reached[m], axis=1, prepend=0).astype(np.int64) for m in MEASURES}
    other = found["assistance_paid"] + found["serious_paid"] + found["civil_paid"]
    _make_room(found["basic_paid"], found["policy_cost"] - other)
    _make_room(found["account_paid"], found["total_cost"] - other - found["basic_paid"])
    return found


def _make_room(money: np.ndarray, room: np.ndarray) -> None:
    """Move money between months where a month with many assisted visits has no room for its share."""
    for i in np.flatnonzero((money > room).any(axis=1)):
        money[i] = apportion(int(money[i].sum()), money[i].astype(float) + 1, np.zeros(len(room[i]), int), room[i])


def across_the_end(blocks: list[Block], half: str, state: State, chooser: Chooser, rng: np.random.Generator) -> None:
    """Settle some visits in the last month and cancel them in the first month of the next half-year."""
    last = max(i for i, m in enumerate(MONTHS) if half_of(m) == half)
    new_owed: dict[Cell, dict[str, int]] = {}
    originals: list[Columns] = []
    for block in blocks:
        t = block.totals
        if last + 1 == len(MONTHS) or t["visits"] < ACROSS_FROM or block.care.med_type == "26":
            continue
        rows = _typical(block, max(round(t["visits"] * ACROSS_SHARE), 1), rng)
        n = len(rows["cost"])
        end = month_starts()[last + 1] - 1 - rng.integers(0, 12, n)
        rows |= {"end": end, "begin": end - rows["days"], "time": end * DAY + hours(n, rng), "month": np.full(n, last)}
        # an institution that is open, and of this level, on the day of the reversal too
        rows["place"] = choose_places([block], np.zeros(n, int), np.full(n, month_starts()[last + 1] + 27), rng)
        rows["person"] = chooser.stayers[block.cell.fund][
            (rng.random(n) * len(chooser.stayers[block.cell.fund]) * 0.2).astype(int)
        ]
        if block.cell.category in ("chronic_outpatient", "negotiated_drug_outpatient"):
            rows["person"] = chooser.chronic[block.cell.fund][rng.integers(0, len(chooser.chronic[block.cell.fund]) // 2, n)]
        rows = fill(rows | _kind(block, n) | {"refunded": np.ones(n)})
        originals.append(rows)
        sums = {m: int(rows[c].sum()) for m, c in COLUMN_OF.items()} | {"visits": n, "assisted": 0}
        for measure, amount in sums.items():
            t[measure] -= amount
        new_owed[block.cell] = sums
    for block in blocks:
        before = next((c for c in state.owed if c._replace(period=half) == block.cell), None)
        for measure, amount in (state.owed[before] if before else {}).items():
            block.totals[measure] += amount
    state.owed = new_owed
    if originals:
        rows = join(originals)
        rows["number"] = rows["encounter"] = state.numbers(rows, "across")
        state.put(rows)
        back = negate(take(rows, slice(None)))
        back["time"] = (
            month_starts()[last + 1] * DAY + rng.integers(0, 25, len(back["cost"])) * DAY + hours(len(back["cost"]), rng)
        )
        back["month"][:] = last + 1
        back["number"] = state.numbers(back, "across_reversed")
        state.put(back)


def _typical(block: Block, count: int, rng: np.random.Generator) -> Columns:
    """Draw rows that look like a block's average ones, without assistance and serious-illness money."""
    t = block.totals
    paid = sum(t[m] for m in ("basic_paid", "serious_paid", "assistance_paid", "civil_paid"))
    cost = np.rint(t["total_cost"] / t["visits"] * rng.lognormal(-0.1, 0.4, count)).astype(np.int64)
    policy = np.floor(cost * (t["policy_cost"] / t["total_cost"])).astype(np.int64)
    basic = np.floor(policy * (t["basic_paid"] / t["policy_cost"])).astype(np.int64)
    account = np.floor((cost - basic) * (t["account_paid"] / max(t["total_cost"] - paid, 1)) * 0.95).astype(np.int64)
    stay = np.full(count, max(round(t["bed_days"] / t["visits"]), 1) if t["bed_days"] else 0)
    return {"cost": cost, "policy": policy, "basic": basic, "account": account, "days": stay}


def _kind(block: Block, count: int) -> Columns:
    return {"fund": np.full(count, fund_code(block)), "category": np.full(count, int(block.care.med_type))}


def make_rows(
    blocks: list[Block],
    totals: dict[str, np.ndarray],
    months: list[int],
    state: State,
    chooser: Chooser,
    rng: np.random.Generator,
) -> None:
    """Make the rows of blocks over the months that their totals are for, with all that is redone or cancelled."""
    if not blocks:
        return
    first, after = month_starts()[months[0]], month_starts()[months[-1] + 1]
    half_ends = month_starts()[1 + max(i for i, m in enumerate(MONTHS) if half_of(m) == half_of(MONTHS[months[0]]))]
    segments, rows = spread(blocks, totals, rng)
    n = segments.rows
    stays = bool(rows["days"].any())
    end = np.empty(n, np.int64)
    end[:] = choose_days(first, after, n, rng, stays)
    rows["person"] = np.concatenate(
        [
            chooser.choose(b, {k: v[s : s + c] for k, v in rows.items()}, first, rng)
            for b, s, c in zip(blocks, segments.starts, segments.sizes, strict=True)
        ]
    )
    fund = np.array([fund_code(b) for b in blocks])[segments.of]
    category = np.array([int(b.care.med_type) for b in blocks])[segments.of]
    rows |= {
        "end": end,
        "begin": end - rows["days"],
        "fund": fund,
        "category": category,
        "place": choose_places(blocks, segments.of, end, rng),
    }
    rows["time"] = end * DAY + hours(n, rng)
    # a relative's account pays a part for some residents (账户共济); no account of their own does
    relatives = (fund == 390) & (rng.random(n) < FAMILY_SHARE)
    paid = rows["basic"] + rows["serious"] + rows["assistance"] + rows["civil"]
    rows["account"] = np.where(relatives, (rows["cost"] - paid) // 2, rows["account"])
    rows["hospital"] = _quota(rows, rng)
    rows["manual"] = (np.array([b.cell.area == "out_of_province" for b in blocks])[segments.of]) & (
        rng.random(n) < MANUAL_SHARE
    )
    rows = fill(rows)
    rows["month"] = month_of(end)
    add_the_mess(rows, segments, half_ends, stays, state, rng)


def _quota(rows: Columns, rng: np.random.Generator) -> np.ndarray:
    """Return the hospital's loss (or gain, negative) where a stay is paid by quota: A5 does not hold there."""
    share = rng.uniform(-0.08, 0.10, len(rows["cost"]))
    wanted = np.rint(rows["cost"] * share).astype(np.int64)
    room = rows["cost"] - rows["policy"] - rows["account"]
    return np.where(rows["category"] == 26, np.minimum(wanted, np.maximum(room - 1, 0)), 0)
