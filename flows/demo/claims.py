"""Settlement rows as columns of numbers: what every kind of row has, how rows are joined, dated and numbered."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from functools import cache

import numpy as np

from flows.demo.amounts import Columns
from flows.demo.assumptions import INSUTYPE, MONTHS, SEASON
from flows.demo.blocks import Block
from flows.demo.institutions import days, named, pool, spells

DAY = 86_400
MONEY = ("cost", "policy", "basic", "serious", "assistance", "civil", "account", "hospital")
# what a row is; text is made of it when it is written
FIELDS = (
    *MONEY,
    "days",
    "fund",
    "category",
    "person",
    "place",
    "begin",
    "end",
    "time",
    "updated",
    "month",
    "delivery",
    "number",
    "init",
    "encounter",
    "mid",
    "refunded",
    "opens",
    "manual",
    "tagged",
)
STREAMS = ("main", "redone", "reversed", "mid", "cancelled", "cancelled_reversed", "across", "across_reversed")


@cache
def month_starts() -> np.ndarray:
    """Return the first day of each month, and the day after the last, as days since 1970."""
    starts = [days(dt.date(int(m[:4]), int(m[4:]), 1)) for m in MONTHS]
    return np.array([*starts, starts[-1] + 30])


def empty() -> Columns:
    """Return no rows."""
    return {name: np.empty(0, np.int64) for name in FIELDS}


def join(parts: list[Columns]) -> Columns:
    """Return the rows of all parts."""
    return {name: np.concatenate([p[name] for p in parts]) for name in FIELDS} if parts else empty()


def take(rows: Columns, which: np.ndarray) -> Columns:
    """Return a copy of some rows, by mask or place."""
    return {name: values[which].copy() for name, values in rows.items()}


def fill(rows: Columns) -> Columns:
    """Add what a plain row leaves at its default, and bring every column to 64-bit integers."""
    n = len(rows["cost"])
    plain = {name: np.zeros(n, np.int64) for name in FIELDS} | {"opens": np.ones(n, np.int64)}
    return {name: np.asarray(rows.get(name, plain[name]), np.int64) for name in FIELDS}


def negate(rows: Columns) -> Columns:
    """Turn settlements into their reversals: the same amounts, negative."""
    for name in MONEY:
        rows[name] = -rows[name]
    rows["init"] = rows["number"].copy()
    rows["opens"][:] = 0
    return rows


def choose_days(first: int, after: int, count: int, rng: np.random.Generator, stays: bool) -> np.ndarray:
    """Choose days from `first` to before `after`: months as full as the season, fewer visits at weekends."""
    span = np.arange(first, after)
    month = np.searchsorted(month_starts(), span, side="right") - 1
    weekday = (span + 3) % 7  # 1970-01-01 was a Thursday
    weight = np.array([SEASON[MONTHS[m][4:]] for m in month]) * np.where(weekday >= 5, 0.75 if stays else 0.6, 1.0)
    return span[np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(count)).clip(0, len(span) - 1)]


def hours(count: int, rng: np.random.Generator) -> np.ndarray:
    """Choose a second of the working day."""
    return (8 * 3600 + rng.beta(1.6, 2.2, count) * 10 * 3600).astype(np.int64)


def choose_places(blocks: list[Block], of: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the institution of each row among those that are of its area and level on the day."""
    found = np.empty(len(of), np.int64)
    draw = rng.random(len(of))
    edges = np.concatenate([[0], np.flatnonzero(np.diff(of)) + 1, [len(of)]]) if len(of) else np.array([0])
    for start, end in itertools.pairwise(edges):
        cell = blocks[of[start]].cell
        candidates = named(cell.institution) if cell.institution != "none" else pool(cell.area, cell.level, cell.category)
        weights = np.array([spells()[i].weight for i in candidates])
        since = np.array([days(spells()[i].since) for i in candidates])
        until = np.array([days(spells()[i].until) for i in candidates])
        rows = slice(start, end)
        open_ = (since[None, :] <= day[rows, None]) & (day[rows, None] <= until[None, :])
        running = np.cumsum(open_ * weights[None, :], axis=1)
        at = (running <= (draw[rows] * running[:, -1])[:, None]).sum(1)
        found[rows] = np.array(candidates)[at.clip(0, len(candidates) - 1)]
    return found


def month_of(day: np.ndarray) -> np.ndarray:
    """Return the place of each day's month in MONTHS."""
    return np.searchsorted(month_starts(), day, side="right") - 1


def number(rows: Columns, month: np.ndarray, stream: str, first: int) -> np.ndarray:
    """Return settlement numbers: year and month, stream, running number; unique over the 18 months."""
    code = np.array([int(m[2:]) for m in MONTHS])[month]
    running = first + np.arange(len(month))
    return (code * 100 + 10 + STREAMS.index(stream)) * 10**8 + running


def fund_code(block: Block) -> int:
    """Return the insurance type of a block."""
    return int(INSUTYPE[block.cell.fund])


def days_in(month: str) -> int:
    """Return how many days a month has."""
    return calendar.monthrange(int(month[:4]), int(month[4:]))[1]
