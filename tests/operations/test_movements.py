"""A claim, a reversal, a late correction: each moves the cells that it should, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from claims_build import ClaimsBuild
from claims_lake import reversal, settlement

COORDINATES = ("mart", "period", "fund", "benefit_category", "care_area", "institution_level", "institution", "measure")
SUMS = (
    "visits",
    "bed_days",
    "total_cost",
    "policy_cost",
    "basic_paid",
    "serious_paid",
    "assistance_paid",
    "total_paid",
    "expenditure",
)
INSTITUTION = {
    "fixmedins_code": "H62072500001",
    "fixmedins_name": "县医院",
    "fixmedins_type": "1",
    "fix_blng_admdvs": "620725",
    "hosp_lv": "05",
    "begntime": "2015-01-01",
    "vali_flag": "1",
    "updt_time": "2024-01-01 08:00:00",
}
IN_CITY = {"fixmedins_code": "H62070200001", "fix_blng_admdvs": "620702", "hosp_lv": "03"}
# the cells of a resident's ordinary stay in the county's hospital
OF_STAY = {
    "fund": {"resident", "basic", "all", "assistance", "assistance_resident"},
    "benefit_category": {"inpatient", "ordinary_inpatient", "all"},
    "care_area": {"all", "within_city", "in_county", "none"},
    "institution_level": {"all", "secondary_and_tertiary", "secondary", "none"},
    "institution": {"all", "county_level", "shandan_peoples", "none"},
}

Figures = dict[tuple, Decimal]


def stay(name: str, day: str, **values: object) -> dict[str, Any]:
    """Return a resident's stay of five days that was settled on a day."""
    return settlement(name, setl_time=f"{day} 10:00:00", begndate=f"{day[:-2]}05", enddate=f"{day[:-2]}10", **values)


def figures(build: ClaimsBuild) -> Figures:
    """Build the marts and return every sum at its address."""
    build.dbt("run", "--select", "bridge_records", "bridge_rebuilds", "bridge_repeats", "fct_claims+,+figures", "figures")
    rows = build.query(f"select {', '.join(COORDINATES)}, value from marts.figures where measure in {SUMS}")
    return {row[:-1]: row[-1] for row in rows}


def moved(before: Figures, after: Figures) -> dict[tuple, Decimal]:
    """Return by how much each sum changed."""
    differences = {key: after.get(key, Decimal(0)) - before.get(key, Decimal(0)) for key in before.keys() | after.keys()}
    return {key: difference for key, difference in differences.items() if difference}


def cells(figures: Figures, periods: set[str]) -> set[tuple]:
    """Return the addresses that a resident's ordinary stay in the county's hospital counts in."""
    return {
        key
        for key in figures
        if (at := dict(zip(COORDINATES, key, strict=True)))["period"] in periods
        and all(at[coordinate] in members for coordinate, members in OF_STAY.items())
    }


@pytest.fixture(scope="module")
def build(new_warehouse: Callable[[str], ClaimsBuild]) -> Iterator[ClaimsBuild]:
    """Two Januaries with a stay in the county and one in the city each."""
    made = new_warehouse("movements")
    made.lake.add("institutions", {"fixmedins_b": [INSTITUTION, INSTITUTION | IN_CITY]})
    for year in ("2024", "2025"):
        day = f"{year}-01-15"
        made.lake.add(year, {"setl_d": [stay(f"here-{year}", day), stay(f"there-{year}", day, **IN_CITY, insutype="310")]})
    made.dbt("build", "--select", "+figures", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    return made


def test_each_change_moves_the_cells_that_it_should(build):
    """One after the other: a run each, as deliveries come."""
    before = figures(build)
    of_2025 = {"2025M01", "2025YTD01"}

    # a claim: every sum of its cells in its month, nothing of the other year
    build.lake.add("another", {"setl_d": [stay("another", "2025-01-20", medfee_sumamt=1200)]})
    after = figures(build)
    found = moved(before, after)
    assert set(found) == cells(after, of_2025)
    assert {found[key] for key in found if key[-1] == "visits"} == {1}
    assert {found[key] for key in found if key[-1] == "total_cost"} == {1200}
    assert {found[key] for key in found if key[-1] == "bed_days"} == {5}

    # a reversal in January 2025 of a stay of January 2024: the month of the reversal loses it, the month of the stay stands
    before = after
    original = stay("here-2024", "2024-01-15")
    build.lake.add("reversal", {"setl_d": [reversal("reversal", original, setl_time="2025-01-25 10:00:00")]})
    after = figures(build)
    found = moved(before, after)
    assert set(found) == cells(after, of_2025)
    assert {found[key] for key in found if key[-1] == "visits"} == {-1}
    assert {found[key] for key in found if key[-1] == "total_cost"} == {-1000}

    # a late correction of a claim of 2024: the money of that month, its visits stand; and a stay in the county at an
    # institution that no tree of institutions has: it counts in the totals, and is shown apart
    before = after
    corrected = stay("here-2024", "2024-01-15", hifp_pay=450, psn_pay=450, updt_time="2025-02-01 08:00:00")
    build.lake.add("correction", {"setl_d": [corrected]})
    build.lake.add("unlisted", {"setl_d": [stay("unlisted", "2025-01-21", fixmedins_code="H62072500099", hosp_lv="05")]})
    after = figures(build)
    found = moved(before, after)
    unlisted = {key: found.pop(key) for key in list(found) if key[1] in of_2025}
    listed = {"county_level", "shandan_peoples"}
    assert {key for key in cells(after, of_2025) if key[6] not in listed} < set(unlisted)
    assert {key[6] for key in unlisted} == {"all", "unmapped"}
    assert {unlisted[key] for key in unlisted if key[-1] == "total_cost"} == {1000}
    of_2024 = {key for key in cells(after, {"2024M01", "2024YTD01"}) if key[-1] in ("basic_paid", "total_paid")}
    assert {key for key in found if key[-1] != "expenditure"} == of_2024
    assert {key[1] for key in found} == {"2024M01", "2024YTD01"}
    assert set(found.values()) == {-50}


def test_a_kind_of_care_that_the_fund_does_not_print_counts_in_its_subtotal(build):
    """A resident's maternity stay has no line of its own, and is a stay."""
    kinds = build.query("""
        select fund, ancestor, member, is_in_tree from facts.bridge_members
        where dimension = 'benefit_category' and row_kind = 'subtotal' and ancestor <> member
            and ((fund = 'resident' and member in ('maternity_inpatient', 'personal_account'))
                or (fund = 'employee' and member = 'single_disease_inpatient'))
        order by fund, ancestor, member
    """)
    assert kinds == [
        ("employee", "inpatient", "single_disease_inpatient", True),
        ("resident", "inpatient", "maternity_inpatient", True),
        ("resident", "outpatient", "personal_account", True),
    ]
    own = "select is_in_tree from facts.bridge_members where fund = 'resident' and ancestor = 'maternity_inpatient'"
    assert build.query(own) == [(False,)]
