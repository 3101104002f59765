"""medfund trace: the claims under a cell add up to it."""

from __future__ import annotations

import pytest

from flows.errors import UsageError
from flows.trace import trace

CELLS = [
    ("inpatient_by_care_area", "fund = 'resident' and care_area = 'within_city'", "visits", "visits"),
    ("inpatient_by_level", "fund = 'employee' and institution_level = 'primary'", "total_cost", "total_cost"),
    ("inpatient_by_institution", "fund = 'resident' and institution = 'township'", "bed_days", "bed_days"),
    ("chronic_by_level", "fund = 'resident' and institution_level = 'all'", "visits", "visits"),
    ("expenditure_by_category", "fund = 'employee' and benefit_category = 'personal_account'", "expenditure", "account_paid"),
    ("assistance", "fund = 'assistance_resident' and benefit_category = 'inpatient'", "expenditure", "assistance_paid"),
    ("assistance", "fund = 'assistance' and benefit_category = 'all'", "visits", "visits"),
    ("services", "fund = 'basic' and care_area = 'out_of_province'", "visits", "visits"),
]


@pytest.mark.parametrize(("mart", "where", "column", "of_claims"), CELLS)
def test_the_claims_under_a_cell_add_up_to_it(county, mart, where, column, of_claims):
    found = trace(county.database, mart, f"period = '2025H1' and {where}", limit=3)
    (value,) = county.query(f"select {column} from marts.{mart} where period = '2025H1' and {where}")
    assert county.query(f"select sum({of_claims}) from ({found.query}) as claims") == [value]
    assert len(found.rows) == min(3, found.count)
    assert found.query in found.words()


@pytest.mark.parametrize(
    ("mart", "where", "words"),
    [
        ("no_mart", "true", "inpatient_by_level"),
        ("inpatient_by_level", "no_column = 1", "no_column"),
        ("inpatient_by_level", "period = '1999'", "picks no row"),
        ("inpatient_by_level", "period = '2025H1'", "more than one row"),
    ],
)
def test_what_picks_no_single_cell_is_said(county, mart, where, words):
    with pytest.raises(UsageError, match=words):
        trace(county.database, mart, where)
