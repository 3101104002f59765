"""A new document is data only: it is checked by being loaded, with no change in code, models or seeds."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.findings import read_findings
from flows.ingest.write_manifest import write_manifest
from flows.settings import Settings, get_settings
from tests.conftest import environment_of

WRONG, RIGHT = "gaoping_2024h1_made_up", "zezhou_2024h1_made_up"
FIGURES = (PROJECT := Path(__file__).parents[2]) / "data" / "landing" / "published" / "jincheng_2026_total_budget"
COORDINATES = ("fund", "benefit_category", "care_area", "institution_level", "institution", "item")


def _cell(row: int, column: int, label: tuple[str, str], level: str, measure: str, value: str, unit: str) -> dict[str, str]:
    return {
        "section": "一、住院情况",
        "table_id": "T01",
        "row_no": str(row),
        "column_no": str(column),
        "row_label": label[0],
        "column_label": label[1],
        "line": str(row),
        "fund": "resident",
        "benefit_category": "inpatient",
        "institution_level": level,
        "measure": measure,
        "value": value,
        "unit": unit,
    }


def _made_up_figures() -> list[dict[str, str]]:
    """A table of visits, cost and cost per visit by level, and a sentence. Right but for the two that a test plants."""
    levels = [
        ("三级", "tertiary", "400", "560.00", "14000.00"),
        ("二级", "secondary", "900", "342.00", "3800.00"),
        ("一级", "primary", "150", "33.00", "2200.00"),
        ("未定级", "unrated", "50", "20.00", "4000.00"),
        ("合计", "", "1500", "955.00", "6366.67"),
    ]
    figures = []
    for row, (label, level, visits, cost, mean) in enumerate(levels, 1):
        for column, (name, measure, value, unit) in enumerate(
            [
                ("住院人次", "visits", visits, "人次"),
                ("总费用", "total_cost", cost, "万元"),
                ("次均费用", "cost_per_visit", mean, "元"),
            ],
            1,
        ):
            figures.append(_cell(row, column, (label, name), level, measure, value, unit))
    text = {"section": "一、住院情况", "column_label": "", "line": "7", "fund": "resident", "benefit_category": "inpatient"}
    figures.append(text | {"measure": "visits", "value": "1500", "unit": "人次"})
    figures.append(text | {"measure": "total_cost", "value": "955", "unit": "万元"})
    return figures


def _deliver(landing: Path, document: str, region: str, figures: list[dict[str, str]]) -> None:
    folder = landing / document
    folder.mkdir(parents=True)
    place = {"document": document, "region": region, "period": "2024H1"}
    content = {
        "figures": [{"seq": str(n), "version": "actual"} | place | figure for n, figure in enumerate(figures, 1)],
        "tables": [{"document": document, "table_id": "T01", "title": "各级住院情况", "blank_means": "unknown"}],
        "documents": [place | {"title": "虚构的报告", "issuer": "测试"}],
    }
    for name, rows in content.items():
        with (FIGURES / f"{name}.csv").open(encoding="utf-8") as file:
            header = next(csv.reader(file))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)
    write_manifest(folder, source="published", region=region, period="2024H1", sent_on=dt.date(2024, 8, 1))


def _change(figures: list[dict[str, str]], measure: str, level: str, value: str) -> None:
    changed = [f for f in figures if f["measure"] == measure and f.get("institution_level") == level]
    assert len(changed) == 1
    changed[0]["value"] = value


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, prefect: None) -> Iterator[Settings]:
    """The whole pipeline over two documents in an empty lake: one with two planted errors, one without."""
    from flows.pipeline.flow import run_pipeline

    folder = tmp_path_factory.mktemp("documents")
    figures = _made_up_figures()
    _change(figures, "visits", "secondary", "990")  # 900: a wrong part of the total, and of its own mean
    figures[-1]["value"] = "959"  # 955: the sentence does not say what the table says
    _deliver(folder / "landing", WRONG, "gaoping", figures)
    _deliver(folder / "landing", RIGHT, "zezhou", _made_up_figures())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder, landing=folder / "landing").items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        assert run_pipeline().exit_code == 0
        yield get_settings()
    get_settings.cache_clear()


def test_two_planted_errors_are_found_and_nothing_else(judged):
    found = {(row["row_label"], row["column_label"], row["printed_value"]) for row in read_findings(judged.warehouse, WRONG)}
    assert found == {("二级", "住院人次", "990"), (None, None, "959")}
    with duckdb.connect(str(judged.warehouse), read_only=True) as connection:
        documents = connection.execute("select document_id from facts.dim_documents order by 1").fetchall()
    assert documents == [(WRONG,), (RIGHT,)]


def test_the_same_document_without_errors_gives_no_finding(judged):
    assert read_findings(judged.warehouse, RIGHT) == []
    with duckdb.connect(str(judged.warehouse), read_only=True) as connection:
        decided = "from marts.consistency_checks where document_id = ? and status <> 'undecidable'"
        families = dict(connection.execute(f"select family, count(*) {decided} group by all", [RIGHT]).fetchall())
    assert families["roll_up"] == 2  # visits and total cost over the levels
    assert families["weighted_mean"] == 1
    assert families["formula"] == 5  # the cost per visit of each row
    assert families["agreement"] == 2  # the sentence
