"""A wrong digit is noticed: a sample of what `make mutation` does with every covered figure."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from benchmarks.mutation import measure, mutate
from flows.settings import Settings

SAMPLE = 30


def test_more_than_95_of_100_wrong_digits_are_noticed(warehouse: Settings):
    scores = measure(warehouse.warehouse, warehouse.dbt_target / "manifest.json", sample=SAMPLE)
    missed = [(m.figure_id, m.printed, m.mutated) for s in scores for m in s.missed]
    # every document gives as many mutants as its sample allows, and counts by what it covers
    covered = sum(s.covered for s in scores)
    share = sum(s.covered * s.detected / s.tried for s in scores) / covered
    assert covered > 1500
    assert share > 0.95, missed


@pytest.mark.parametrize(
    ("printed", "half_unit"), [("28.46", "0.005"), ("1,234.5", "500"), ("9", "0"), ("0.8", "0.05"), ("100", "0.5")]
)
def test_a_mutation_is_larger_than_rounding_allows(printed: str, half_unit: str):
    factor = Decimal(10_000) if half_unit == "500" else Decimal(1)
    for seed in range(50):
        mutated, difference = mutate(printed, Decimal(half_unit), factor, random.Random(seed))
        assert mutated != printed
        assert len(mutated) == len(printed)
        assert abs(difference) > 2 * Decimal(half_unit)
        assert (Decimal(mutated.replace(",", "")) - Decimal(printed.replace(",", ""))) * factor == difference
