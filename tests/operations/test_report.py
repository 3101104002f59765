"""The whole report of Shandan from claims and registers: every printed figure, or the check that proves it wrong."""

from __future__ import annotations

from claims_build import ClaimsBuild


def statuses(county: ClaimsBuild, condition: str) -> dict[str, int]:
    query = f"select status, count(*) from marts.reconciliation where {condition} group by status"
    return dict(county.query(query))


def test_every_table_cell_is_reproduced_or_explained(county):
    found = statuses(county, "table_id is not null")
    assert found == {"reproduced": 793, "explained": 12}


def test_every_number_of_a_sentence_is_reproduced_or_explained(county):
    found = statuses(county, "table_id is null")
    assert found == {"reproduced": 327, "explained": 11, "not_computed": 1}


def test_what_is_not_computed_is_a_budget(county):
    rows = county.query("select column_label, why_not_computed from marts.reconciliation where status = 'not_computed'")
    assert rows == [("市县财政配套资金预算", "a budget or target that no delivery has")]


def test_what_is_explained_has_a_check_of_the_document(county):
    rows = county.query("""
        select reconciliation.figure_id
        from marts.reconciliation as reconciliation
        left join marts.consistency_checks as checks
            on reconciliation.check_id = checks.check_id and reconciliation.document_id = checks.document_id
        where reconciliation.status = 'explained' and checks.check_id is null
    """)
    assert rows == []


def test_what_prints_alike_is_not_called_explained(county):
    assert county.query("select count(*) from marts.reconciliation where prints_alike and check_id is not null") == [(0,)]


def test_nothing_is_read_from_the_published_figures(county, unpublished):
    query = "select * from marts.figures order by mart, address_id"
    assert unpublished.query("select count(*) from raw.published_figures") == [(0,)]
    figures = unpublished.query(query)
    assert len(figures) > 1000
    assert county.query(query) == figures


def test_marts_agree_on_the_addresses_that_they_share(county):
    assert county.query("select address_id from marts.figures group by address_id having max(value) <> min(value)") == []
