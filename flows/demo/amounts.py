"""Money of single rows: each block's totals spread so that every sum is exact and every row keeps its identities."""

from __future__ import annotations

import numpy as np

from flows.demo.allocate import Segments, split, split_capped
from flows.demo.blocks import Block

Columns = dict[str, np.ndarray]
LEAST_COST = 3_00


def spread(blocks: list[Block], totals: dict[str, np.ndarray], rng: np.random.Generator) -> tuple[Segments, Columns]:
    """Return one row per visit of each block: cost, policy-range cost and payments in fen, bed days.

    On every row policy ≤ cost, basic + serious + assistance + civil ≤ policy, account ≤ what the person pays.
    """
    segments = Segments(totals["visits"])
    n = segments.rows
    width = np.array([b.care.spread for b in blocks])[segments.of] if blocks else np.empty(0)
    visits = np.maximum(totals["visits"], 1)
    least = np.minimum(LEAST_COST, totals["total_cost"] // visits // 3)
    cost = split(segments, totals["total_cost"] - least * totals["visits"], rng.lognormal(0, width)) + least[segments.of]
    policy = split_capped(segments, totals["policy_cost"], cost, rng.normal(0, 0.8, n))
    assistance = _assistance(segments, totals, policy, rng)
    civil_row = rng.random(n) < 0.3
    civil = _on_some(segments, totals["civil_paid"], policy - assistance, civil_row, 0.5, rng)
    left = policy - assistance - civil
    serious = _on_the_dearest(segments, totals["serious_paid"], left, rng)
    basic = split_capped(segments, totals["basic_paid"], left - serious, rng.normal(0, 0.7, n))
    paid = basic + serious + assistance + civil
    account = split_capped(segments, totals["account_paid"], cost - paid, rng.normal(0, 1.2, n))
    stays = np.array([b.totals["bed_days"] > 0 for b in blocks], bool)[segments.of] if blocks else np.empty(0, bool)
    bed_days = split(
        segments, totals["bed_days"] - np.where(totals["bed_days"] > 0, totals["visits"], 0), rng.lognormal(0, 0.6, n)
    )
    return segments, {
        "cost": cost,
        "policy": policy,
        "basic": basic,
        "serious": serious,
        "assistance": assistance,
        "civil": civil,
        "account": account,
        "days": np.where(stays, bed_days + 1, 0),
        "is_civil": civil > 0,
    }


def _assistance(segments: Segments, totals: dict[str, np.ndarray], policy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose exactly the assisted visits, dearer ones more often, and share the money among them."""
    wanted, money = totals["assisted"], totals["assistance_paid"]
    noise = rng.gumbel(size=segments.rows)
    for pull, most in ((0.5, 0.6), (1.5, 0.7), (6.0, 0.85), (50.0, 0.97)):
        rank = segments.rank(-(noise + pull * np.log(np.maximum(policy, 1))))
        chosen = rank < wanted[segments.of]
        caps = np.where(chosen, np.floor(policy * most), 0).astype(np.int64)
        if (segments.sum(caps) >= money + wanted).all():
            break
    # each assisted visit gets something: one fen at the least, for a visit without it is not assisted
    return split_capped(
        segments, money - segments.sum(chosen) * (money > 0), np.maximum(caps - chosen, 0), rng.normal(0, 0.8, segments.rows)
    ) + (chosen & (money > 0)[segments.of])


def _on_some(
    segments: Segments, money: np.ndarray, left: np.ndarray, some: np.ndarray, most: float, rng: np.random.Generator
) -> np.ndarray:
    """Share money among chosen rows; where they have no room, among all."""
    caps = np.where(some, np.floor(left * most), 0).astype(np.int64)
    short = segments.sum(caps) < money
    caps = np.where(short[segments.of], np.floor(left * most), caps).astype(np.int64)
    return split_capped(segments, money, caps, rng.normal(0, 0.8, segments.rows))


def _on_the_dearest(segments: Segments, money: np.ndarray, left: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share serious-illness money among the dearest rows: as few as can hold it, from one in twenty upwards."""
    rank = segments.rank(-left * rng.lognormal(0, 0.2, segments.rows))
    caps = np.zeros(segments.rows, np.int64)
    open_ = money > 0
    for share, most in ((0.05, 0.6), (0.1, 0.6), (0.2, 0.7), (0.5, 0.8), (1.0, 0.95)):
        if not open_.any():
            break
        inside = (rank < np.ceil(segments.sizes * share)[segments.of]) & open_[segments.of]
        caps = np.where(inside, np.floor(left * most).astype(np.int64), caps)
        open_ &= segments.sum(caps) < money * 1.15
    return split_capped(segments, money, caps, rng.normal(0, 0.5, segments.rows))
