"""Totals are split exactly, under caps, whatever the weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.demo.allocate import Segments, apportion, split, split_capped

sizes = st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(lambda s: sum(s) > 0)


@given(sizes, st.integers(0, 2**32), st.integers(0, 10**10))
@settings(max_examples=80, deadline=None)
def test_a_split_is_exact_and_not_negative(size: list[int], seed: int, most: int):
    rng = np.random.default_rng(seed)
    segments = Segments(np.array(size))
    totals = np.where(segments.sizes > 0, rng.integers(0, most + 1, len(size)), 0)
    found = split(segments, totals, rng.lognormal(0, 2, segments.rows))
    assert (segments.sum(found) == totals).all()
    assert (found >= 0).all()


@given(sizes, st.integers(0, 2**32), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_a_capped_split_is_exact_and_under_its_caps(size: list[int], seed: int, share: float):
    rng = np.random.default_rng(seed)
    segments = Segments(np.array(size))
    caps = rng.integers(0, 10**7, segments.rows)
    totals = np.floor(segments.sum(caps) * share).astype(np.int64)
    found = split_capped(segments, totals, caps, rng.normal(0, 2, segments.rows))
    assert (segments.sum(found) == totals).all()
    assert ((found >= 0) & (found <= caps)).all()


def test_caps_that_do_not_hold_the_total_are_refused():
    with pytest.raises(ValueError, match="11 does not fit under caps of 10"):
        split_capped(Segments(np.array([2])), np.array([11]), np.array([4, 6]), np.zeros(2))


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 5), st.integers(5, 50)), min_size=1, max_size=10), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_an_apportionment_is_exact_within_bounds(parts: list[tuple[float, int, int]], place: float):
    weights, lower, upper = (np.array(x) for x in zip(*parts, strict=True))
    total = int(lower.sum() + place * (upper.sum() - lower.sum()))
    found = apportion(total, weights, lower, upper)
    assert found.sum() == total
    assert ((found >= lower) & (found <= upper)).all()


def test_an_apportionment_beyond_its_bounds_is_refused():
    with pytest.raises(ValueError, match="does not lie within"):
        apportion(9, np.ones(2), np.zeros(2, int), np.array([4, 4]))
