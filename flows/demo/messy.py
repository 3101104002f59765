"""What makes claims messy: reversals, cancellations, settlements in the middle of a stay; and what falls due later.

Within a half-year these add up to nothing, or to the main row that they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flows.demo.allocate import Segments
from flows.demo.amounts import Columns
from flows.demo.assumptions import CANCELLED_SHARE, MID_STAY_SHARE, MONTHS, REDONE_SHARE, half_of
from flows.demo.cells import Cell
from flows.demo.claims import DAY, MONEY, empty, hours, join, month_of, month_starts, negate, number, take
from flows.demo.institutions import RAISED, spells


@dataclass
class State:
    """What one half-year leaves to the next: rows that fall due, and what they take from a cell's totals."""

    due: dict[int, list[Columns]] = field(default_factory=dict)
    owed: dict[Cell, dict[str, int]] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def numbers(self, rows: Columns, stream: str) -> np.ndarray:
        """Number rows of a stream after those that it has."""
        first = self.used.get(stream, 0)
        self.used[stream] = first + len(rows["cost"])
        return number(rows, rows["month"], stream, first)

    def put(self, rows: Columns) -> None:
        """Keep rows for the months in which they are settled."""
        for month in np.unique(rows["month"]):
            self.due.setdefault(int(month), []).append(take(rows, rows["month"] == month))

    def pop(self, month: int) -> Columns:
        """Hand out the rows of a month."""
        return join(self.due.pop(month, [])) if month in self.due else empty()


def add_the_mess(rows: Columns, segments: Segments, after: int, stays: bool, state: State, rng: np.random.Generator) -> None:
    """Redo, cancel and divide some rows, number all of them, and keep them for their months."""
    n = len(rows["cost"])
    last_second = after * DAY - 1
    steady = ~np.isin(rows["place"], _raised_places())
    plain = steady & (segments.sizes[segments.of] > 20) & (rows["category"] != 26) & (rows["manual"] == 0)
    draw = rng.random(n)
    redone = np.flatnonzero(plain & (draw < REDONE_SHARE))
    cancelled = np.flatnonzero(plain & (draw > 1 - CANCELLED_SHARE) & (rows["assistance"] == 0))
    divided = (
        np.flatnonzero(plain & stays & (draw > 0.5) & (draw < 0.5 + MID_STAY_SHARE) & _can_be_divided(rows))
        if stays
        else np.empty(0, int)
    )
    first = take(rows, redone)
    wait = rng.integers(1, 18, len(redone)) * DAY
    back_at = np.minimum(rows["time"][redone] + wait, last_second - 7200)
    # a reversal needs room after the settlement: who is settled at the very end is settled a little earlier
    first["time"] = np.minimum(first["time"], back_at - 3600)
    rows["time"][redone] = back_at + 600
    rows["month"] = month_of(rows["time"] // DAY)
    rows["number"] = rows["encounter"] = state.numbers(rows, "main")
    first["encounter"] = rows["encounter"][redone]
    first["month"] = month_of(first["time"] // DAY)
    _was_wrong(first, rng)
    first["refunded"][:] = 1
    first["number"] = state.numbers(first, "redone")
    rows["opens"][redone] = 0
    back = negate(take(first, slice(None)))
    back["time"] = back_at
    back["month"] = month_of(back_at // DAY)
    back["number"] = state.numbers(back, "reversed")
    parts = [first, back]
    parts += _cancel(take(rows, cancelled), last_second, state, rng)
    parts += _divide(rows, divided, state, rng)
    for part in (*parts, rows):
        state.put(part)


def _raised_places() -> list[int]:
    return [i for i, s in enumerate(spells()) if s.name in RAISED or s.institution in RAISED]


def _was_wrong(rows: Columns, rng: np.random.Generator) -> None:
    """Make what is reversed differ from what is settled anew: less was paid at first."""
    less = np.floor(rows["basic"] * rng.uniform(0.0, 0.2, len(rows["cost"]))).astype(np.int64)
    rows["basic"] -= less


def _cancel(rows: Columns, last_second: int, state: State, rng: np.random.Generator) -> list[Columns]:
    rows["refunded"][:] = 1
    # a cancelled settlement is not quite its model
    shift = np.floor(
        np.maximum(rows["cost"] - rows["policy"] - rows["account"], 0) * rng.uniform(0, 0.5, len(rows["cost"]))
    ).astype(np.int64)
    rows["cost"] -= shift
    rows["time"] = np.minimum(rows["time"], last_second - 3 * 3600)
    rows["month"] = month_of(rows["time"] // DAY)
    rows["number"] = rows["encounter"] = state.numbers(rows, "cancelled")
    rows["opens"][:] = 1
    back = negate(take(rows, slice(None)))
    back["time"] = np.minimum(rows["time"] + rng.integers(1, 35, len(rows["cost"])) * DAY, last_second - 3600)
    back["month"] = month_of(back["time"] // DAY)
    back["number"] = state.numbers(back, "cancelled_reversed")
    return [rows, back]


def _can_be_divided(rows: Columns) -> np.ndarray:
    at_home = np.array([s.area in ("in_county", "in_city") for s in spells()])[rows["place"]]
    paid = rows["basic"] + rows["serious"] + rows["civil"]
    room = np.minimum(rows["policy"] - paid, rows["cost"] - paid - rows["account"])
    long_enough = (rows["days"] >= 10) & (rows["begin"] > month_starts()[month_of(rows["end"])] - 20)
    inside = (rows["begin"] + rows["days"] // 2) > month_starts()[0]
    return at_home & (rows["assistance"] == 0) & (room > 100) & long_enough & inside


def _divide(rows: Columns, which: np.ndarray, state: State, rng: np.random.Generator) -> list[Columns]:
    """Settle a part of a stay in its middle: its money counts there, the visit counts at the end."""
    part = take(rows, which)
    middle = part["begin"] + part["days"] // 2
    same_half = np.array([half_of(MONTHS[m]) for m in month_of(middle)]) == np.array(
        [half_of(MONTHS[m]) for m in part["month"]]
    )
    which, middle, part = which[same_half], middle[same_half], take(part, same_half)
    share = rng.uniform(0.35, 0.65, len(which))
    for name in MONEY:
        part[name] = np.floor(part[name] * share).astype(np.int64)
        rows[name][which] -= part[name]
    part["end"] = middle
    part["time"] = middle * DAY + hours(len(which), rng)
    part["month"] = month_of(middle)
    part["mid"][:] = 1
    part["days"][:] = 0
    part["opens"][:] = 2
    part["number"] = state.numbers(part, "mid")
    return [part]
