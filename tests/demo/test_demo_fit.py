"""The fit gives every printed figure, save those that contradict the others."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flows.demo.cells import MONEY, PERIODS, Var, ordinary
from flows.demo.document import PAGE, REASONS, with_table
from flows.demo.figures import Address, Figure, read_figures
from flows.demo.fit import fit
from flows.demo.registry import Quantity, Target, not_from_extracts, targets


def test_every_figure_has_a_formula_or_a_reason_for_none():
    assert {t.figure.seq for t in targets()} | {f.seq for f, _ in not_from_extracts()} == {f.seq for f in read_figures()}


def test_what_the_fit_keeps_it_gives_to_the_printed_digit():
    found = fit()
    dropped = {t.figure.seq for t in found.dropped}
    wrong = [t.figure.name for t in targets() if t.figure.seq not in dropped and not t.holds(found.values)]
    assert wrong == []


def test_only_figures_with_a_known_contradiction_give_way():
    assert {t.figure.line for t in fit().dropped} == set(REASONS)


def test_visits_and_amounts_never_give_way_where_the_table_prints_them():
    gave_way = [t.figure for t in fit().dropped if t.figure.unit in ("人次", "万元", "人")]
    # the sentence of line 47 prints another amount than the table of line 210
    assert [(f.line, f.table) for f in gave_way] == [(47, "")]


def test_money_lies_within_the_cost_of_every_cell():
    values = fit().values
    for fund in ("resident", "employee"):
        for period in PERIODS:
            for cell in ordinary(fund, period):
                cost, policy, basic, serious, assistance = (values[Var(cell, m)] for m in MONEY)
                assert basic + serious + assistance <= policy <= cost
                assert (cost > 0) == (values[Var(cell, "visits")] > 0)


def test_a_changed_cell_is_noticed():
    values = dict(fit().values)
    cell = ordinary("resident", "2025H1")[0]
    values[Var(cell, "total_cost")] += 400_000  # 4,000 yuan of 1,366 ten thousand
    wrong = {t.figure.name for t in targets() if not t.holds(values)} - {t.figure.name for t in fit().dropped}
    assert "resident.2025H1.inpatient.in_county.shandan_peoples.cost_per_visit" in wrong


@pytest.mark.parametrize(
    ("amount", "printed", "decimals", "holds"),
    [
        (12_345, "1.23", 2, True),
        (12_350, "1.24", 2, True),
        (12_349, "1.24", 2, False),
        (-12_350, "-1.24", 2, True),
        (12_500, "1", 0, True),
    ],
)
def test_a_value_is_rounded_half_up_away_from_zero(amount: int, printed: str, decimals: int, holds: bool):
    cell = ordinary("resident", "2025H1")[0]
    figure = Figure(
        1,
        1,
        "",
        "total_cost",
        Address("resident", "2025H1"),
        Fraction(printed),
        Fraction(1, 2 * 10**decimals),
        decimals,
        "万元",
        printed,
    )
    target = Target(figure, "value", Quantity(((Var(cell, "total_cost"), 1),), scale=Fraction(1, 10_000)))
    assert target.holds({Var(cell, "total_cost"): amount}) is holds


def test_the_page_lists_what_the_demo_does_not_give():
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run `python -m flows.demo.document`"
