"""Each expectation on plans, scorecards, budgets and counts, on rows that it holds on and on rows that it does not."""

from __future__ import annotations

import duckdb
import pytest

from flows.validate.checkpoint import run_checkpoint
from flows.validate.gate import CheckOutcome

COORDINATES = ("fund", "benefit_category", "care_area", "institution_level", "institution", "item")
TABLES = f"""
create schema facts; create schema marts;
create table facts.plan (
    region varchar, period varchar, indicator varchar, weight decimal(7, 2), scoring_rule varchar, target_bound varchar,
    target_value decimal(22, 4), target_text varchar, deduct_per decimal(22, 4), deduct_points decimal(7, 2), measure varchar,
    delivery_id varchar default 'd', source_file varchar default 'performance_plan.csv', source_line bigint default 2
);
create table facts.dim_indicators (indicator varchar, object varchar);
insert into facts.dim_indicators values ('a', 'form'), ('b', 'form'), ('group', 'form'), ('c', 'other form');
create table facts.dim_tree_paths (tree varchar, ancestor varchar, descendant varchar);
insert into facts.dim_tree_paths values ('indicators', 'group', 'b'), ('another', 'a', 'b');
create table facts.scoring_rules as
    select * from (values ('all_or_nothing', 0, 0, 0, 0), ('proportional', 1, 0, 0, 0), ('stepwise', 0, 1, 0, 0),
        ('deduct_per_point', 0, 0, 1, 0), ('deduct_per_point_begun', 0, 0, 0, 1))
    as rules (scoring_rule, ratio_factor, step_factor, deduct_factor, deduct_begun_factor);
create table facts.fct_performance_steps (period varchar, indicator varchar);
insert into facts.fct_performance_steps values ('2025', 'a');
create table marts.cards (
    object varchar, item varchar, label_zh varchar, parent varchar, period varchar default '2025', points decimal(18, 2),
    score decimal(28, 8), deduction decimal(28, 8)
);
create table marts.budget (region varchar, period varchar, version varchar, fund varchar, item varchar, outlay decimal(18, 2));
create table facts.entries (
    region varchar, period varchar default '2025', entry_id varchar, version varchar, item varchar, budget_item varchar,
    amount decimal(18, 2), reason varchar, source_file varchar default 'budget.csv', source_line bigint default 2
);
create table facts.cases (
    region varchar default 'yiyang', period varchar default '2025', month varchar, kind varchar, institutions bigint,
    cases bigint, persons bigint, amount decimal(18, 2), delivery_id varchar default 'd'
);
create table facts.dim_measures (measure varchar, unit varchar, {", ".join(f"has_{name} boolean" for name in COORDINATES)});
insert into facts.dim_measures values
    ('rate', 'pct', false, false, false, false, false, true), ('enrolled', 'person', true, false, false, false, false, false);
create table facts.counts (
    period varchar default '2025', measure varchar, value decimal(22, 4), numerator bigint, denominator bigint,
    {", ".join(f"{name} varchar default 'none'" for name in COORDINATES)},
    source_file varchar default 'service_counts.csv', source_line bigint default 2
);
"""
PLAN = "facts.plan (region, period, indicator, weight, scoring_rule, target_bound"
IN_WORDS = f"insert into {PLAN}, target_text) values ('yiyang', '2025',"

CASES = [
    ("expect_weights_to_sum_to_hundred", "facts.plan", [f"{IN_WORDS} 'a', 60, 'all_or_nothing', 'in_words', 'x')"], 1),
    (
        "expect_weights_to_sum_to_hundred",
        "facts.plan",
        [f"{IN_WORDS} '{name}', {weight}, 'all_or_nothing', 'in_words', 'x')" for name, weight in (("a", 60), ("b", 40.01))],
        1,
    ),
    (
        "expect_weights_to_sum_to_hundred",
        "facts.plan",
        [
            f"{IN_WORDS} '{name}', {weight}, 'all_or_nothing', 'in_words', 'x')"
            for name, weight in (("a", 60), ("b", 40), ("c", 100))
        ],
        0,
    ),
    (
        "expect_weights_to_stand_at_leaves",
        "facts.plan",
        [f"{IN_WORDS} '{name}', 50, 'all_or_nothing', 'in_words', 'x')" for name in ("group", "b")],
        1,
    ),
    (
        "expect_weights_to_stand_at_leaves",
        "facts.plan",
        [f"{IN_WORDS} '{name}', 50, 'all_or_nothing', 'in_words', 'x')" for name in ("a", "b")],
        0,
    ),
    (
        "expect_scoring_rules_to_have_their_parameters",
        "facts.plan",
        [
            f"insert into {PLAN}, target_value, deduct_per, deduct_points, measure) values ('y', '2025', {row})"
            for row in (
                "'a', 1, 'stepwise', 'at_least', 95, null, null, 'rate'",
                "'b', 1, 'deduct_per_point', 'at_least', 95, 1, 0.5, 'rate'",
                "'c', 1, 'proportional', 'at_most', 95, null, null, 'rate'",
            )
        ]
        + [f"{IN_WORDS} 'd', 1, 'all_or_nothing', 'in_words', 'x')"],
        0,
    ),
    (
        "expect_scoring_rules_to_have_their_parameters",
        "facts.plan",
        [
            f"insert into {PLAN}, target_value, deduct_per, deduct_points, measure) values ('y', '2025', {row})"
            for row in (
                "'b', 1, 'stepwise', 'at_least', 95, null, null, 'rate'",
                "'b', 1, 'deduct_per_point', 'at_least', 95, 1, null, 'rate'",
                "'b', 1, 'deduct_per_point_begun', 'at_least', 95, 0, 1, 'rate'",
                "'b', 1, 'proportional', 'at_least', 0, null, null, 'rate'",
                "'b', 1, 'all_or_nothing', 'at_most', null, null, null, 'rate'",
                "'b', 1, 'all_or_nothing', 'at_most', 5, null, null, null",
                "'b', 1, 'proportional', 'in_words', null, null, null, null",
                "'b', 1, 'all_or_nothing', 'in_words', null, null, null, null",
            )
        ],
        8,
    ),
    (
        "expect_scores_to_lie_within_their_points",
        "marts.cards",
        [
            "insert into marts.cards (object, item, points, score, deduction) values "
            "('f', 'more', 5, 5.00000001, -0.00000001), ('f', 'less', 5, -1, 6), ('f', 'none', 5, null, null), "
            "('f', 'wrong', 5, 4, 2)"
        ],
        4,
    ),
    (
        "expect_scores_to_lie_within_their_points",
        "marts.cards",
        [
            "insert into marts.cards (object, item, points, score, deduction) values "
            "('f', 'full', 5, 5, 0), ('f', 'no', 5, 0, 5)"
        ],
        0,
    ),
    (
        "expect_groups_to_add_up",
        "marts.cards",
        [
            "insert into marts.cards (object, item, parent, points, score) values "
            "('f', 't', null, 10, 8.5), ('f', 'a', 't', 6, 5), "
            "('f', 'b', 't', 4, 3.5), ('g', 'u', null, 10, 8), ('g', 'c', 'u', 9, 8), ('h', 'v', null, 10, 8), "
            "('h', 'd', 'v', 10, 7)"
        ],
        2,
    ),
    (
        "expect_budget_versions_to_add_up",
        "marts.budget",
        [
            "insert into marts.budget values ('y', '2025', 'initial_budget', 'f', 'all', 100), "
            "('y', '2025', 'adjustment', 'f', 'all', 5), "
            "('y', '2025', 'full_year_budget', 'f', 'all', 106), ('y', '2024', 'initial_budget', 'f', 'all', 100), "
            "('y', '2024', 'full_year_budget', 'f', 'all', 100), ('y', '2023', 'adjustment', 'f', 'all', 3)"
        ],
        1,
    ),
    (
        "expect_adjustments_to_say_why",
        "facts.entries",
        [
            "insert into facts.entries (region, entry_id, version, item, budget_item, amount, reason) values "
            "('y', '1', 'initial_budget', 'basic_outlay', 'basic_outlay', 100, null), "
            "('y', '2', 'adjustment', 'x', 'basic_outlay', 1, 'why'), "
            "('y', '3', 'adjustment', 'x', 'basic_outlay', 1, null), "
            "('y', '4', 'adjustment', 'x', 'overseas', 1, 'why'), ('y', '5', 'adjustment', 'x', 'basic_outlay', 0, 'why')"
        ],
        3,
    ),
    (
        "expect_months_to_sum_to_their_period",
        "facts.cases",
        [
            "insert into facts.cases (month, kind, institutions, amount) values "
            "('all', 'handled', 5, null), ('01', 'handled', 2, null), "
            "('02', 'handled', 3, null), ('all', 'fined', null, 10.01), ('01', 'fined', null, 10), "
            "('03', 'recovered', null, 1), "
            "('all', 'exposed', null, 7)"
        ],
        1,
    ),
    (
        "expect_counts_to_fit_the_catalogue",
        "facts.counts",
        [
            "insert into facts.counts (measure, value, numerator, denominator, fund, item) values "
            "('rate', 95, null, null, 'none', 'all'), "
            "('rate', null, 30, 35, 'none', 'all'), ('enrolled', 5, null, null, 'all', 'none')"
        ],
        0,
    ),
    (
        "expect_counts_to_fit_the_catalogue",
        "facts.counts",
        [
            "insert into facts.counts (measure, value, numerator, denominator, fund, item) values "
            "('rate', 95, null, null, 'all', 'all'), "
            "('rate', null, 36, 35, 'none', 'all'), ('rate', null, 3, null, 'none', 'all'), "
            "('rate', null, null, null, 'none', 'all'), "
            "('rate', 1, 3, 5, 'none', 'all'), ('enrolled', null, 3, 5, 'all', 'none')"
        ],
        6,
    ),
]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[CheckOutcome]:
    """What came of each case: one checkpoint over a table of its own for each, in one small warehouse."""
    folder = tmp_path_factory.mktemp("performance_rules")
    suites = []
    with duckdb.connect(str(folder / "tiny.duckdb")) as connection:
        connection.execute(TABLES)
        for number, (kind, table, statements, _) in enumerate(CASES):
            schema, name = table.split(".")
            connection.execute(f"begin; delete from {table}")
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"create table {schema}.case_{number} as from {table}; commit")
            check = {"type": kind, "kwargs": {}, "severity": "critical", "description": kind, "meta": {"rule": kind}}
            suite = {"name": f"{name} {number}", "meta": {"schema": schema, "table": f"case_{number}"}, "expectations": [check]}
            suites.append(suite)
    found = {o.suite: o for o in run_checkpoint(folder / "tiny.duckdb", suites, "tiny", folder / "data_docs")}
    return [found[suite["name"]] for suite in suites]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{kind} {count}" for kind, _, _, count in CASES])
def test_an_expectation_finds_what_is_wrong_and_nothing_else(outcomes: list[CheckOutcome], number: int) -> None:
    outcome, wrong = outcomes[number], CASES[number][-1]
    assert outcome.status == ("failed" if wrong else "passed"), outcome.message
    assert outcome.failing_count == wrong


def test_weights_that_do_not_sum_to_100_are_told_with_their_form_file_and_sum(outcomes: list[CheckOutcome]) -> None:
    (row,) = outcomes[1].failing_rows
    assert row["b_form"] == "form"
    assert (row["c_sum_of_weights"], row["d_expected"]) == ("100.01", "100")
    assert (row["f_file"], row["g_lines"]) == ("performance_plan.csv", "2 - 2")
