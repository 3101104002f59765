"""What the engine says about tiny documents (cases.py, suspect_cases.py), one rule of docs/consistency.md at a time."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from benchmarks.engine import open_engine, run_engine
from flows.settings import Settings
from tests.engine.cases import CASES
from tests.engine.figures import Document, put, read_figure
from tests.engine.printing import document_of
from tests.engine.suspect_cases import SUSPECTS

_CHECKS = (
    "select substr(figure_id, 1, strpos(figure_id, ':') - 1), figure_id, family, rule_id, status, statement_zh, statement_en, "
    "check_id, waiver from marts.consistency_checks"
)


@pytest.fixture(scope="module")
def judged(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case of this module as a document of its own, judged in one run of the engine."""
    connection, steps = open_engine(warehouse.warehouse, warehouse.dbt_target / "manifest.json")
    all_figures = {name: figures for name, (figures, _) in CASES.items()}
    all_figures |= {f"suspect {name}": figures for name, (figures, _, _) in SUSPECTS.items()}
    all_figures |= dict.fromkeys(("waived", "waiver has run out"), CASES["counts do not add up"][0])
    put(connection, [document_of(name, figures)[0] for name, figures in all_figures.items()])
    connection.execute(
        "insert into facts.definitions by name select 'own_enrolment_rate' as definition, "
        "'an own definition' as document_id, d.* exclude (definition, document_id) "
        "from facts.definitions d where definition = 'enrolment_rate'"
    )
    connection.execute(
        "insert into facts.definition_terms by name select 'own_enrolment_rate' as definition, "
        "case part when 'denominator' then 'paying' else measure end as measure, d.* exclude (definition, measure) "
        "from facts.definition_terms d where definition = 'enrolment_rate'"
    )
    run_engine(connection, steps)
    connection.execute("delete from facts.dim_waivers")
    connection.execute(
        "insert into facts.dim_waivers by name select check_id, '更正已发' as reason, '基金财务科' as waived_by, "
        "current_date + case document_id when 'waived' then 0 else -1 end as valid_until "
        "from marts.consistency_checks where document_id in ('waived', 'waiver has run out') and status = 'inconsistent'"
    )
    run_engine(connection, steps)
    yield connection
    connection.close()


def test_figures_are_read_as_the_warehouse_reads_them(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select printed_value, printed_unit, qualifier, direction, value, value_low, value_high, half_unit, is_exact, "
        "value_bound from facts.fct_published_figures where printed_unit is not null and printed_value is not null"
    ).fetchall()
    wrong = []
    for text, unit, qualifier, direction, *warehouse_says, bound in rows:
        read = read_figure(text, unit, qualifier, direction)
        says = [read.value, read.value_low, read.value_high, read.half_unit, read.is_exact]
        if says != warehouse_says and not bound:
            wrong.append((text, unit, qualifier, direction, says, warehouse_says))
    assert len(rows) > 500
    assert not wrong, wrong[:5]


def test_addresses_are_named_as_the_warehouse_names_them(connection: duckdb.DuckDBPyConnection) -> None:
    cursor = connection.execute("select * from facts.fct_published_figures where region = 'shandan' limit 300")
    names = [column[0] for column in cursor.description]
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        coordinates = ("region", "period", "version", "fund", "benefit_category", "care_area", "institution_level")
        address = {name: row[name] for name in (*coordinates, "institution", "item")}
        document = Document("d")
        document.add(row["measure"], read_figure("1", "人"), **address)
        assert document.rows[0]["address_id"] == row["address_id"]


@pytest.mark.parametrize("name", CASES)
def test_case(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    figures, expected = CASES[name]
    _, ids = document_of(name, figures)
    found = {
        (figure_id, family, rule): status
        for _, figure_id, family, rule, status, *_ in judged.execute(f"{_CHECKS} where document_id = ?", [name]).fetchall()
    }
    for (figure, family, rule), status in expected.items():
        assert found.get((ids[figure], family, rule)) == status, f"{figure} {family} {rule}: {found}"


@pytest.mark.parametrize("name", [f"suspect {name}" for name in SUSPECTS])
def test_suspect(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    figures, accused, cause = SUSPECTS[name.removeprefix("suspect ")]
    _, ids = document_of(name, figures)
    findings = dict(
        judged.execute(
            "select suspect_figure_id, coalesce(likely_cause, '') from marts.consistency_findings where document_id = ?", [name]
        ).fetchall()
    )
    assert findings.keys() == {ids[figure] for figure in accused}
    if cause is not None:
        assert set(findings.values()) == {cause}


def _statements(connection: duckdb.DuckDBPyConnection, name: str, rule: str) -> tuple[str, str]:
    return connection.execute(
        "select statement_zh, statement_en from marts.consistency_checks where document_id = ? and rule_id = ?", [name, rule]
    ).fetchone()


def test_an_undecidable_formula_names_what_is_missing(judged: duckdb.DuckDBPyConnection) -> None:
    statement_zh, statement_en = _statements(judged, "a term is missing", "visits_share_of_levels")
    assert "缺 visits 2025H1" in statement_zh
    assert "missing: visits 2025H1" in statement_en


def test_an_undecidable_formula_names_its_denominator(judged: duckdb.DuckDBPyConnection) -> None:
    statement_zh, statement_en = _statements(judged, "a denominator that may be 0", "visits_growth")
    assert "缺 可用的分母" in statement_zh
    assert "a denominator other than 0" in statement_en


def test_a_derived_operand_has_an_origin_and_no_figure(judged: duckdb.DuckDBPyConnection) -> None:
    derived = judged.execute(
        "select checks.rule_id, terms.origin, terms.figure_id, terms.value from marts.consistency_check_terms terms "
        "join marts.consistency_checks checks using (check_id) "
        "where checks.document_id = 'a derived operand is used' and terms.measure = 'total_cost' order by all"
    ).fetchall()
    # the ratio is tested against visits times the mean, and the mean against what is paid over the ratio: never against itself
    assert derived == [("actual_ratio", "solve_numerator", None, 500000), ("cost_per_visit", "solve_denominator", None, 500000)]


def test_a_waived_finding_carries_its_reason(judged: duckdb.DuckDBPyConnection) -> None:
    waivers = dict(
        judged.execute(
            "select document_id, waiver from marts.consistency_findings where document_id in ('waived', 'waiver has run out')"
        ).fetchall()
    )
    assert waivers == {"waived": "更正已发", "waiver has run out": None}


def test_one_issuer_is_not_compared_with_another(judged: duckdb.DuckDBPyConnection) -> None:
    # the cases print the same addresses over and over
    across = judged.execute(
        "select count(*) from marts.consistency_check_terms terms join marts.consistency_checks checks using (check_id) "
        "where terms.document_id <> checks.document_id"
    ).fetchone()[0]
    assert across == 0
