"""Whose settlement a row is: the frail more often, assistance for the entitled alone, chronic care for the registered."""

from __future__ import annotations

import numpy as np

from flows.demo.amounts import Columns
from flows.demo.blocks import Block
from flows.demo.claims import month_starts
from flows.demo.people import FOREVER, People

SKEW = 1.6


class Chooser:
    """The pools that persons are drawn from, built once."""

    def __init__(self, people: People, rng: np.random.Generator) -> None:
        self.people = people
        self.stayers = {f: people.stayers(f) for f in ("resident", "employee")}
        self.insured = {(f, y): people.insured(f, y) for f in self.stayers for y in ("2024", "2025")}
        self.chronic: dict[str, np.ndarray] = {}
        self.entitled: dict[tuple[str, bool], np.ndarray] = {}
        for fund, stayers in self.stayers.items():
            registered = rng.permutation(stayers[people.chronic_since[stayers] < FOREVER])
            # who was registered before the demo begins first, the others as they come
            since = np.maximum(people.chronic_since[registered], month_starts()[0])
            self.chronic[fund] = registered[np.argsort(since, kind="stable")]
            entitled = stayers[people.special[stayers] > 0]
            self.entitled[fund, False] = entitled
            early = self.chronic[fund][people.chronic_since[self.chronic[fund]] < month_starts()[0]]
            self.entitled[fund, True] = early[people.special[early] > 0]
        self.once: dict[tuple[str, str], int] = {}

    def choose(self, block: Block, rows: Columns, first_day: int, rng: np.random.Generator) -> np.ndarray:
        """Return a person for each row of a block that is settled on or after `first_day`."""
        fund, category, half = block.cell.fund, block.cell.category, block.half
        n = len(rows["cost"])
        chronic = category in ("chronic_outpatient", "negotiated_drug_outpatient")
        if chronic:
            pool = self.chronic[fund]
            since = np.maximum(self.people.chronic_since[pool], month_starts()[0])
            pool = pool[: np.searchsorted(since, first_day, side="right")]
        elif block.care.is_inpatient or category == "ordinary_inpatient":
            pool = self.stayers[fund]
        else:
            pool = self.insured[fund, half[:4]]
        found = self._drawn(pool, n, rng, 1.25 if chronic else SKEW)
        civil = np.flatnonzero(rows["is_civil"])
        if civil.size:
            mine = self.stayers[fund]
            found[civil] = self._drawn(mine[self.people.civil[mine]], civil.size, rng, SKEW)
        assisted = np.flatnonzero(rows["assistance"] > 0)
        if assisted.size:
            found[assisted] = self._assisted(block, chronic, assisted.size, rng)
        return found

    def _assisted(self, block: Block, chronic: bool, count: int, rng: np.random.Generator) -> np.ndarray:
        fund = block.cell.fund
        pool = self.entitled[fund, chronic]
        if block.cell.category != "negotiated_drug_outpatient":
            return self._drawn(pool, count, rng, SKEW)
        # the report counts assisted persons (477 人) as visits: nobody is assisted twice in a half-year
        start = self.once.get((fund, block.half), 0)
        self.once[fund, block.half] = start + count
        return pool[(start + np.arange(count)) % len(pool)]

    @staticmethod
    def _drawn(pool: np.ndarray, count: int, rng: np.random.Generator, skew: float) -> np.ndarray:
        return pool[(rng.random(count) ** skew * len(pool)).astype(np.int64)]
