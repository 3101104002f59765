"""Split whole totals over rows so that every sum is exact: by weights, and under caps. All segments in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Segments:
    """Rows in runs, one run a cell: how many rows each has, where it starts, and of which run a row is."""

    sizes: np.ndarray

    def __post_init__(self) -> None:
        sizes = np.asarray(self.sizes, np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if len(sizes) else sizes
        object.__setattr__(self, "starts", starts)
        object.__setattr__(self, "of", np.repeat(np.arange(len(sizes)), sizes))
        object.__setattr__(self, "rows", int(sizes.sum()))

    starts: np.ndarray = None  # type: ignore[assignment]
    of: np.ndarray = None  # type: ignore[assignment]
    rows: int = 0

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Sum each run; an empty run gives 0."""
        total = np.concatenate([[0], np.cumsum(values)])
        return total[self.starts + self.sizes] - total[self.starts]

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the running sum within each run, the row itself included."""
        total = np.cumsum(values)
        before = np.concatenate([[0], total])[self.starts]
        return total - before[self.of]

    def rank(self, key: np.ndarray) -> np.ndarray:
        """Return the place of each row within its run, 0 for the smallest key."""
        order = np.lexsort((key, self.of))
        place = np.empty(self.rows, np.int64)
        place[order] = np.arange(self.rows) - self.starts[self.of[order]]
        return place


def split(segments: Segments, totals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Split each run's total in proportion to weights, by rounding the running share: exact, whole, not negative."""
    running = segments.running(weights.astype(float))
    last = segments.starts + segments.sizes - 1
    whole = running[last[segments.sizes > 0]]
    ends = np.ones(len(segments.sizes))
    ends[segments.sizes > 0] = np.maximum(whole, 1e-300)
    reached = np.rint(running / ends[segments.of] * totals[segments.of]).astype(np.int64)
    reached[last[segments.sizes > 0]] = totals[segments.sizes > 0]
    before = np.concatenate([[0], reached[:-1]])
    before[segments.starts[segments.sizes > 0]] = 0
    return np.maximum(reached, 0) - np.maximum(before, 0)


def split_capped(segments: Segments, totals: np.ndarray, caps: np.ndarray, tilt: np.ndarray) -> np.ndarray:
    """Split each run's total as cap × sigmoid(tilt + λ), λ by bisection; whole, exact, and nowhere above its cap.

    Raises:
        ValueError: the caps of a run do not hold its total.

    """
    room = segments.sum(caps)
    if (short := np.flatnonzero(room < totals)).size:
        raise ValueError(f"run {short[0]}: {totals[short[0]]} does not fit under caps of {room[short[0]]}")
    low, high = np.full(len(totals), -40.0), np.full(len(totals), 40.0)
    for _ in range(45):
        middle = (low + high) / 2
        filled = segments.sum(caps / (1 + np.exp(-(tilt + middle[segments.of]))))
        low, high = np.where(filled < totals, middle, low), np.where(filled < totals, high, middle)
    found = np.floor(caps / (1 + np.exp(-(tilt + low[segments.of])))).astype(np.int64)
    return _top_up(segments, totals, caps, np.minimum(found, caps))


def _top_up(segments: Segments, totals: np.ndarray, caps: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Hand the fen that rounding left over to rows that have room, one each, then as much as fits."""
    for _ in range(3):
        missing = totals - segments.sum(found)
        if not missing.any():
            return found
        has_room = found < caps
        found += has_room & (segments.running(has_room) <= missing[segments.of])
    missing = totals - segments.sum(found)
    free = caps - found
    before = segments.running(free) - free
    return found + np.clip(missing[segments.of] - before, 0, free)


def apportion(total: int, weights: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Split a whole number in proportion to weights within bounds (largest remainder).

    Raises:
        ValueError: the bounds do not hold the total.

    """
    if not lower.sum() <= total <= upper.sum():
        raise ValueError(f"{total} does not lie within {lower.sum()} and {upper.sum()}")
    low, high = 0.0, 1.0
    while np.clip(weights * high, lower, upper).sum() < total and high < 1e18:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(weights * middle, lower, upper).sum() < total else (low, middle)
    exact = np.clip(weights * low, lower, upper)
    found = np.clip(np.floor(exact), lower, upper).astype(np.int64)
    for i in np.lexsort((np.arange(len(found)), -(exact - found))):
        step = min(total - int(found.sum()), int(upper[i] - found[i]), 1)
        found[i] += max(step, 0)
    for i in range(len(found)):
        found[i] += min(total - int(found.sum()), int(upper[i] - found[i]))
    return found
