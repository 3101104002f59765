"""How synthetic deliveries split totals: whole, exact, and nowhere a unit from what is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.demo.bureau_files import largest_remainder, yuan


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [0, 5, 2], [0, 5, 2]),
        (1, [1, 2], [0, 1]),
        (100, [1, 2, 4], [14, 29, 57]),
        (0, [1, 2], [0, 0]),
        (-5, [1, 1], [-2, -3]),
    ],
)
def test_the_largest_remainder_gets_what_is_left(total: int, weights: list[int], parts: list[int]) -> None:
    assert largest_remainder(total, weights) == parts


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any))
def test_parts_sum_to_the_total_and_are_within_one_of_their_quota(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


def test_nothing_is_split_by_no_weight() -> None:
    with pytest.raises(ValueError, match="nothing to split by"):
        largest_remainder(5, [0, 0])


@pytest.mark.parametrize(("fen", "written"), [(0, "0.00"), (5, "0.05"), (123456, "1234.56"), (-5, "-0.05")])
def test_fen_are_written_as_yuan(fen: int, written: str) -> None:
    assert yuan(fen) == written
