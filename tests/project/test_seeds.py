"""The code lists agree with each other: trees, dimensions, measures and definitions."""

from __future__ import annotations

import csv

import pytest

from flows.settings import PROJECT_DIR

SEEDS = PROJECT_DIR / "seeds"

# the seeds and columns that list a coordinate's members
MEMBERS = {
    "region": [("dim_regions", "region")],
    "period": [("dim_periods", "period")],
    "version": [("dim_versions", "version")],
    "fund": [("dim_funds", "fund")],
    "benefit_category": [("dim_benefit_categories", "benefit_category")],
    "care_area": [("dim_care_areas", "care_area")],
    "institution_level": [("dim_institution_levels", "institution_level")],
    "institution": [("dim_institutions", "institution")],
    "item": [("items", "item"), ("dim_indicators", "indicator")],
}
# columns of dim_periods: a term of a definition may stand at another period than the figure that is defined
PERIOD_OVERRIDES = {"earlier_period", "previous_year", "containing_year"}
# what a definition of each form consists of
PARTS = {
    "sum": [{"numerator"}],
    "ratio": [{"numerator", "denominator"}],
    "product": [{"numerator"}, {"numerator", "denominator"}],
}

DERIVED_KINDS = {"mean", "ratio", "share", "balance"}
WITHOUT_DEFINITION = {
    "collection_rate": "what is due for collection (应征数) is delivered, and published by nobody",
}


def read(name: str) -> list[dict[str, str]]:
    (path,) = SEEDS.glob(f"*/{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name: str, key: str) -> set[str]:
    return {row[key] for row in read(name)}


def members(dimension: str) -> set[str]:
    return set().union(*(column(seed, key) for seed, key in MEMBERS[dimension]))


def measures() -> set[str]:
    """Return every measure: those of the catalogue, and their changes and growths."""
    return {
        row["measure"] + suffix
        for row in read("measures")
        for suffix in (["", "_change", "_growth"] if row["has_comparison"] == "true" else [""])
    }


def edges_of(tree: str) -> list[dict[str, str]]:
    """Return a tree's edges; those of the performance indicators come from their own list."""
    if tree == "indicators":
        return [row | {"child": row["indicator"]} for row in read("dim_indicators") if row["parent"]]
    return [row for row in read("tree_edges") if row["tree"] == tree]


def strangers(rows: list[dict[str, str]], key: str, allowed: set[str]) -> set[str]:
    """Return the values of a column that its list lacks; an empty cell says nothing."""
    return {row[key] for row in rows if row[key]} - allowed


@pytest.mark.parametrize("dimension", MEMBERS)
def test_a_member_is_listed_once(dimension):
    listed = [row[key] for seed, key in MEMBERS[dimension] for row in read(seed)]
    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize("tree", [row["tree"] for row in read("trees")])
def test_a_tree_joins_members_of_its_dimension_and_has_a_scope(tree):
    (dimension,) = (row["dimension"] for row in read("trees") if row["tree"] == tree)
    edges = edges_of(tree)
    assert edges
    assert strangers(edges, "parent", members(dimension)) == set()
    assert strangers(edges, "child", members(dimension)) == set()
    assert tree in column("tree_scopes", "tree")


def test_scopes_and_edges_belong_to_a_tree():
    trees = column("trees", "tree")
    assert strangers(read("tree_edges"), "tree", trees) == set()
    assert strangers(read("tree_scopes"), "tree", trees) == set()


@pytest.mark.parametrize("coordinate", ["region", "fund", "version"])
def test_a_scope_is_limited_to_members(coordinate):
    assert strangers(read("tree_scopes"), coordinate, members(coordinate)) == set()


def test_a_scope_is_limited_to_measures():
    assert strangers(read("tree_scopes"), "measure", measures()) == set()


def test_every_measure_has_its_dimensions():
    assert column("measures", "measure") - column("measure_dimensions", "measure") == set()
    assert strangers(read("measure_dimensions"), "measure", column("measures", "measure")) == set()
    assert strangers(read("measure_dimensions"), "dimension", set(MEMBERS) - {"period", "version"}) == set()


def test_the_weight_of_a_measure_is_a_measure():
    assert strangers(read("measures"), "weight_measure", column("measures", "measure")) == set()


def test_every_derived_measure_has_a_definition_or_a_reason_for_none():
    derived = {row["measure"] for row in read("measures") if row["measure_kind"] in DERIVED_KINDS}
    assert derived - column("definitions", "measure") == set(WITHOUT_DEFINITION)


@pytest.mark.parametrize("name", ["definitions", "definition_terms"])
def test_definitions_speak_of_measures_and_members(name):
    rows = read(name)
    assert strangers(rows, "measure", measures()) == set()
    for coordinate in MEMBERS.keys() - {"period"}:
        if coordinate in rows[0]:
            assert strangers(rows, coordinate, members(coordinate)) == set(), coordinate


def test_a_term_stands_at_a_period_that_exists():
    assert strangers(read("definition_terms"), "period", PERIOD_OVERRIDES | members("period")) == set()


def test_every_definition_has_the_terms_of_its_form():
    parts = {}
    for row in read("definition_terms"):
        parts.setdefault(row["definition"], set()).add(row["part"])
    for row in read("definitions"):
        assert parts[row["definition"]] in PARTS[row["form"]], row["definition"]
    assert parts.keys() == column("definitions", "definition")


def test_a_document_that_defines_for_itself_is_delivered():
    delivered = {path.parent.name for path in (PROJECT_DIR / "data" / "landing").glob("*/*/documents.csv")}
    assert strangers(read("definitions"), "document_id", delivered) == set()


def test_a_period_names_other_periods_that_exist():
    periods = read("dim_periods")
    for key in PERIOD_OVERRIDES:
        assert strangers(periods, key, members("period")) == set()


def test_a_stranger_is_found():
    rows = [{"fund": "resident"}, {"fund": ""}, {"fund": "resdient"}]
    assert strangers(rows, "fund", members("fund")) == {"resdient"}
