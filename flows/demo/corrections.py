"""Settlements that are delivered wrong at first and right, with a later updt_time, a month or two afterwards."""

from __future__ import annotations

import numpy as np

from flows.demo.amounts import Columns
from flows.demo.assumptions import CORRECTED_SHARE, MONTHS
from flows.demo.claims import DAY, month_starts, take
from flows.demo.messy import State

FIVE_MINUTES = 300


def deliver(rows: Columns, month: int, later: State, rng: np.random.Generator) -> Columns:
    """Return the rows of a month as they are delivered: some wrong; what is right is kept for a later delivery.

    Wrong is what the fund paid and, by as much, what the person paid in cash; every identity holds before and after.
    """
    rows["updated"] = rows["time"] + FIVE_MINUTES
    last = len(MONTHS) - 1
    plain = (rows["refunded"] == 0) & (rows["mid"] == 0) & (rows["basic"] > 100) & (rows["category"] != 26)
    wrong = np.flatnonzero(plain & (rng.random(len(rows["cost"])) < CORRECTED_SHARE)) if month < last else np.empty(0, int)
    right = take(rows, wrong)
    n = len(wrong)
    delivered_in = np.minimum(month + 1 + (rng.random(n) < 0.3), last)
    starts = month_starts()[delivered_in]
    right["updated"] = starts * DAY + (rng.random(n) * 20 * DAY).astype(np.int64)
    right["opens"][:] = 0
    right["month"] = delivered_in
    later.put(right)
    rows["basic"][wrong] -= np.floor(rows["basic"][wrong] * rng.uniform(0.05, 0.3, n)).astype(np.int64)
    return rows
