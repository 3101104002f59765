"""The marts of budgets, scorecards, supervision and services on the bundled deliveries: what the documents' own rules give."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

import duckdb
import pytest

CENT = Decimal("0.01")
# form → its total as printed
TOTALS = {"dept_total": "99.54", "cap_total": "99.23", "prem_total": "100.00", "pzh_total": "95.00"}


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, list(values)).fetchall()


@pytest.mark.parametrize(("item", "printed"), TOTALS.items())
def test_a_form_comes_out_at_what_its_own_rules_give(connection, item, printed):
    ((points, score),) = rows(connection, "select points, score from marts.scorecard where item = ?", item)
    assert points == 100
    assert score.quantize(CENT, ROUND_HALF_UP) == Decimal(printed)


def test_scores_are_those_of_the_rules_computed_apart(connection):
    """Recompute each score from the bundled plan with fractions of its own, not with the model's SQL."""
    query = """
        select plan.indicator, plan.weight, plan.scoring_rule, plan.target_bound, plan.target_value, plan.deduct_per,
            plan.deduct_points, cards.actual_value, cards.is_met, cards.score
        from facts.fct_performance_plan as plan inner join marts.scorecard as cards on plan.indicator = cards.item
    """
    found = rows(connection, query)
    assert len(found) == 29
    for indicator, weight, rule, bound, target, per, points, actual, is_met, score in found:
        if bound == "in_words":
            wanted = weight if is_met else Decimal(0)
        else:
            gap = target - actual if bound == "at_least" else actual - target
            if gap <= 0:
                wanted = weight
            elif rule == "proportional":
                wanted = weight * actual / target
            elif rule == "deduct_per_point_begun":
                wanted = max(Decimal(0), weight - points * ceil(gap / per))
            else:
                assert rule == "all_or_nothing", indicator
                wanted = Decimal(0)
        assert abs(score - wanted) < Decimal("0.0000001"), indicator


def test_groups_are_the_sums_of_their_members_and_nothing_is_lost_twice(connection):
    cards = rows(connection, "select item, parent, points, score, deduction from marts.scorecard")
    members: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for card in cards:
        members[card[1]].append(card)
    groups = [card for card in cards if card[0] in members]
    assert len(groups) >= 20
    for item, _, points, score, deduction in groups:
        assert points == sum(card[2] for card in members[item]), item
        assert score == sum(card[3] for card in members[item]), item
        assert deduction == points - score


def test_panzhihuas_two_deductions_are_explained(connection):
    found = rows(
        connection,
        "select item, deduction, deduction_reason from marts.scorecard "
        "where region = 'panzhihua' and tier = 'indicator' and deduction > 0 order by position",
    )
    assert [(item, deduction) for item, deduction, _ in found] == [("pzh_enrolment", 3), ("pzh_payable_months", 2)]
    assert "不低于 95.00" in found[0][2]
    assert found[0][2].endswith("扣 3.00 分")
    assert "不低于 18.00" in found[1][2]
    assert found[1][2].endswith("扣 2.00 分")


def test_an_actual_comes_from_the_marts_where_they_have_it(connection):
    sources = dict(rows(connection, "select item, actual_source from marts.scorecard where scoring_rule is not null"))
    for item in ("dept_execution", "dept_cost_economic_execution", "dept_cost_economic_three_public", "cap_execution"):
        assert sources[item] == "department_budget"
    assert sources["dept_output_quality_policy_ratio"] == "service_counts"
    # nobody computes what people say of a service
    assert sources["dept_satisfaction_public"] == "delivered"


def test_findings_on_the_form_stand_beside_its_rows(connection):
    found = set(rows(connection, "select item, concerns, document_line from marts.scorecard_findings"))
    assert found >= {
        ("dept_benefit_sustainable_outpatient_reform", "score", 149),
        ("dept_benefit_sustainable", "points", 68),
        ("dept_satisfaction", "points", 71),
        ("dept_satisfaction_public", "satisfaction_rate", 72),
        ("dept_satisfaction_public", "score", 150),
        ("dept_cost_economic", "points", 75),
        ("dept_cost_economic_three_public", "actual", 78),
        ("dept_cost_economic_execution", "full_year_budget", 133),
    }


def test_the_budget_is_that_of_the_document_where_its_identities_hold(connection):
    budget = {
        (version, item): outlay
        for version, item, outlay in rows(
            connection, "select version, item, outlay from marts.department_budget where region = 'yiyang' and period = '2025'"
        )
    }
    wan = Decimal(10_000)
    assert budget["initial_budget", "all"] == Decimal("1138.21") * wan
    assert budget["adjustment", "all"] == Decimal("954.50") * wan
    assert budget["full_year_budget", "all"] == Decimal("2092.71") * wan
    assert budget["actual", "all"] == Decimal("1997.21") * wan
    for version in ("initial_budget", "full_year_budget", "actual"):
        assert budget[version, "all"] == budget[version, "basic_outlay"] + budget[version, "project_outlay"]
    # of last year basic outlay was not delivered, so there is no total
    assert (
        rows(connection, "select 1 from marts.department_budget where period = '2024' and item in ('all', 'basic_outlay')")
        == []
    )


def test_every_adjustment_says_why(connection):
    found = rows(connection, "select amount, reason, share_of_adjustments from marts.budget_adjustments order by amount desc")
    assert [amount for amount, _, _ in found] == [6_520_000, 1_704_600, 640_000, 450_000, 200_000, 30_400]
    assert all(reason for _, reason, _ in found)
    assert abs(sum(share for _, _, share in found) - 100) < Decimal("0.000001")


@pytest.mark.parametrize(
    ("document", "reproduced", "explained"),
    [("hunan_city_2025h1_work_summary", 66, 1), ("panzhihua_2025_fund_budget_performance", 23, 0)],
)
def test_the_documents_numbers_come_out(connection, document, reproduced, explained):
    counts = dict(
        rows(connection, "select status, count(*) from marts.reconciliation where document_id = ? group by status", document)
    )
    assert counts["reproduced"] >= reproduced
    assert counts.get("explained", 0) >= explained
    assert counts.get("unexplained", 0) == 0


def test_yiyangs_department_and_performance_parts_come_out(connection):
    found = dict(
        rows(
            connection,
            """
            select status, count(*) from marts.reconciliation
            where document_id = 'yiyang_2025_department_performance' and measure in ('outlay', 'unspent',
                'outlay_execution_rate', 'outlay_share_of_basic', 'budget_control_rate', 'points', 'score', 'staff_posts',
                'staff', 'retired_staff', 'units', 'satisfaction_rate', 'institutions_handled', 'recovered_funds',
                'recovered_funds_growth', 'fines', 'exposure_batches', 'procurement_completion_rate',
                'inspection_coverage_rate', 'indicator_rate')
            group by status
            """,
        )
    )
    assert found == {"reproduced": 245, "explained": 12, "not_printed": 3}


def test_months_are_reported_beside_the_year_and_say_that_they_are_made_up(connection):
    months = rows(
        connection,
        "select count(distinct month), bool_and(is_synthetic) from marts.supervision_by_month "
        "where region = 'yiyang' group by kind",
    )
    assert set(months) == {(12, True)}
    ((is_synthetic,),) = rows(
        connection,
        "select is_synthetic from marts.supervision where region = 'yiyang' and period = '2025' "
        "and measure = 'institutions_handled' and item = 'all'",
    )
    assert is_synthetic is False
