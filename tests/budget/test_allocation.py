"""The plan's formula: it gives what the plan prints, moves the right areas, and deals out all there is."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.budget.conftest import ALLOCATION_ONLY, Budget

DOCUMENT = "jincheng_2026_total_budget"
WAN = Decimal(10_000)
DRG = ("jincheng", "drg")


def test_every_figure_of_the_plan_is_reproduced(connection):
    counts = dict(
        connection.execute(
            "select status, count(*) from marts.reconciliation where document_id = ? group by status", [DOCUMENT]
        ).fetchall()
    )
    assert counts == {"reproduced": 100}


def test_nothing_of_it_comes_from_the_document(connection, project_dir):
    models = [path for folder in ("facts", "marts") for path in (project_dir / "models" / folder / "budget").rglob("*.sql")]
    reads = re.compile(r"(?:ref|source|latest_rows|rows_of_funds)\('(\w+)'")
    read = {name for path in models for name in reads.findall(path.read_text(encoding="utf-8"))}
    assert {"fct_hospital_payments", "stg_bureau__budget_items", "scenario_parameters"} <= read
    assert [name for name in read if "publish" in name or name in ("figures", "reconciliation")] == []


@pytest.mark.parametrize(("area", "is_drg"), [("gaoping", False), ("qinshui", False), ("zezhou", True)])
def test_a_hospital_that_was_paid_more_moves_its_receiver_up_and_others_down(budget: Budget, area: str, is_drg: bool):
    budget.build()
    before = {fund: budget.allocations(fund) for fund in ("resident", "employee")}
    (code,) = budget.query(
        "select min(institution_code) from facts.dim_budget_institutions "
        "where region = ? and is_drg = ? and terminated_year is null",
        area,
        is_drg,
    )[0]
    budget.execute(
        "update facts.fct_hospital_payments set amount = amount * 1.5 "
        "where institution_code = ? and fund = 'resident' and payment_year = '2025'",
        code,
    )
    budget.build(ALLOCATION_ONLY)
    after = budget.allocations("resident")
    gained = {receiver: after[receiver] - amount for receiver, amount in before["resident"].items()}
    grown = DRG if is_drg else (area, "non_drg")
    assert gained.pop(grown) > 0
    # an area that stays where it is lost less than half a unit
    assert all(gain <= 0 for gain in gained.values()), gained
    assert min(gained.values()) < 0
    assert sum(after.values()) == 66_200 * WAN
    assert budget.allocations("employee") == before["employee"]


def test_termination_takes_half_and_then_all_of_what_a_hospital_brings(budget: Budget):
    brought = []
    for year in (None, "2025", "2024"):
        budget.execute(
            "update facts.dim_budget_institutions set terminated_year = ? where institution_code = 'H14058110001'", year
        )
        budget.build(ALLOCATION_ONLY)
        rows = budget.query(
            "select weighted_payments from staging.int_budget__payments "
            "where institution_code = 'H14058110001' and scenario = 'plan' and fund = 'employee'"
        )
        brought.append((rows[0][0], budget.allocations("employee")["gaoping", "non_drg"]))
    weights, allocations = zip(*brought, strict=True)
    assert weights[0] == 2 * weights[1] > 0 == weights[2]
    assert allocations[0] > allocations[1] > allocations[2]


def by_largest_remainder(total: int, weights: list[Fraction]) -> list[int]:
    """Deal out by the book, in exact fractions; of equal remainders the first."""
    whole = sum(weights)
    quotas = [total * weight / whole for weight in weights]
    parts = [quota.__floor__() for quota in quotas]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - quotas[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


# amounts in fen: nothing, a little, and what a city pays; equal ones, so that remainders are equal too
AMOUNTS = st.one_of(st.just(0), st.sampled_from([1, 100, 333_333_33]), st.integers(0, 90_000_000_00))
AREAS = ("jincheng_direct", "jincheng_chengqu", "zezhou", "gaoping", "yangcheng", "lingchuan", "qinshui")


@given(
    paid=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=8, max_size=8).filter(lambda rows: any(sum(row) for row in rows[1:])),
    pool=st.integers(0, 900_000),
    moved=st.integers(0, 5_000),
    weight=st.integers(0, 10_000),
)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_allocations_are_those_of_the_book_and_sum_to_the_pool(budget: Budget, paid, pool, moved, weight):
    weights = {"year_before": Fraction(weight, 10_000), "two_years_before": 1 - Fraction(weight, 10_000)}
    weighted = [a * weights["year_before"] + b * weights["two_years_before"] for a, b in paid]
    if not sum(weighted[1:]):
        return
    budget.execute("delete from facts.dim_budget_institutions")
    budget.execute("delete from facts.fct_hospital_payments")
    for number, (area, years) in enumerate(zip((AREAS[0], *AREAS), paid, strict=True)):
        budget.execute(
            "insert into facts.dim_budget_institutions (institution_code, region, is_drg) values (?, ?, ?)",
            str(number),
            area,
            number == 0,
        )
        for year, fen in zip(("2025", "2024"), years, strict=True):
            budget.execute(
                "insert into facts.fct_hospital_payments (institution_code, fund, payment_year, amount) "
                "values (?, 'resident', ?, ?)",
                str(number),
                year,
                Decimal(fen) / 100,
            )
    budget.execute(
        "delete from facts.scenario_parameters where fund <> 'resident' or scenario <> 'plan' or parameter = 'incentive'"
    )
    for parameter, item, value in (
        ("pool", "local_inpatient", pool * 10_000),
        ("transfer_to_non_drg", None, moved * 10_000),
        ("payment_weight", "year_before", Decimal(weight) / 10_000),
        ("payment_weight", "two_years_before", 1 - Decimal(weight) / 10_000),
    ):
        budget.execute(
            "update facts.scenario_parameters set value = ? where parameter = ? and item is not distinct from ?",
            str(value),
            parameter,
            item,
        )
    budget.build(ALLOCATION_ONLY)
    receivers = [DRG, *((area, "non_drg") for area in AREAS)]
    initial = dict(zip(receivers, by_largest_remainder(pool, weighted), strict=True))
    transferred = dict(zip(receivers, [-moved, *by_largest_remainder(moved, weighted[1:])], strict=True))
    assert budget.allocations("resident", column="initial") == {r: units * WAN for r, units in initial.items()}
    assert budget.allocations("resident", column="transferred") == {r: units * WAN for r, units in transferred.items()}
    assert sum(budget.allocations("resident").values()) == pool * WAN
