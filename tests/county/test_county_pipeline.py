"""From `medfund demo` to a published warehouse: nothing is lost, nobody can be recognised, and the checks hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.errors import ExitCode
from flows.ingest.manifest import MANIFEST_NAME
from tests.conftest import environment_of
from tests.county.conftest import County
from tests.flows.runs import checks_of, medfund, query

# how the demo writes what must not get in: names, certificates, telephones; and its person numbers
NAMES_OF_PERSONS = r"参保人[0-9]{6}|999999[0-9]{12}|19900[0-9]{6}"
PERSON_NUMBERS = r"620725[0-9]{12}"
# pages and logs are full of hashes, in which any digits may stand
IN_TEXTS = rf"参保人[0-9]{{6}}|\b(999999[0-9]{{12}}|19900[0-9]{{6}}|{PERSON_NUMBERS})\b"


@pytest.fixture(scope="module")
def published(county: County) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(county.settings.warehouse), read_only=True) as connection:
        yield connection


def manifests(county: County) -> list[dict]:
    return [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted(county.landing.rglob(MANIFEST_NAME))]


def test_the_county_is_made_loaded_and_published(county: County) -> None:
    assert county.made.code == ExitCode.OK, county.made.said
    assert county.loaded.code == ExitCode.OK, county.loaded.said


def test_every_row_that_the_manifests_say_is_in_the_lake(county: County, published: duckdb.DuckDBPyConnection) -> None:
    said: dict[str, int] = {}
    for manifest in manifests(county):
        for file in manifest["files"]:
            said[file["table"]] = said.get(file["table"], 0) + file["rows"]
    lake = {
        table: duckdb.execute(f"select count(*) from '{county.settings.lake}/*/{table}/*/*.parquet'").fetchone()[0]
        for table in said
    }
    assert lake == said
    assert said["setl_d"] > 15_000
    kinds = {Path(f["name"]).suffix for m in manifests(county) for f in m["files"]}
    assert {".csv", ".gz", ".jsonl", ".xlsx"} <= kinds


def test_each_settlement_counts_once_in_its_latest_version(county: County, published: duckdb.DuckDBPyConnection) -> None:
    lake = f"'{county.settings.lake}/platform/*/*/*.parquet'"
    versions, records = duckdb.execute(
        f"select count(*), count(distinct setl_id) from read_parquet({lake}, union_by_name=true) "
        "where medfee_sumamt is not null"
    ).fetchone()
    assert versions > records, "the demo corrects some settlements by later deliveries"
    assert published.execute("select count(*) from facts.fct_claims").fetchone()[0] == records


def test_the_delivery_register_says_that_it_is_synthetic(published: duckdb.DuckDBPyConnection) -> None:
    assert published.execute("select distinct is_synthetic from facts.fct_claims").fetchall() == [(True,)]


def texts_of(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    columns = connection.execute(f"describe select * from {relation}").fetchall()
    return [name for name, kind, *_ in columns if kind == "VARCHAR"]


def rows_with(connection: duckdb.DuckDBPyConnection, relation: str, pattern: str) -> int:
    found = " or ".join(f"regexp_matches(\"{name}\", '{pattern}')" for name in texts_of(connection, relation))
    return connection.execute(f"select count(*) from {relation} where {found or 'false'}").fetchone()[0]


def test_the_demo_delivers_what_must_not_get_in(county: County) -> None:
    """Else the next tests would prove nothing."""
    (path,) = county.landing.rglob("shandan_settlements_202401/mdtrt_d.csv")
    with path.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["psn_name"].startswith("参保人")
    assert row["certno"].startswith("999999")
    assert row["tel"].startswith("19900")
    assert row["psn_no"].startswith("620725")


def test_nobody_can_be_recognised_in_the_lake(county: County) -> None:
    for table in sorted(county.settings.lake.glob("*/*")):
        files = f"read_parquet('{table}/*/*.parquet', union_by_name=true)"
        assert rows_with(duckdb.connect(), files, f"{NAMES_OF_PERSONS}|^{PERSON_NUMBERS}$") == 0, table


def test_nobody_can_be_recognised_in_the_warehouse(published: duckdb.DuckDBPyConnection) -> None:
    relations = published.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('facts', 'marts', 'staging')"
    ).fetchall()
    assert len(relations) > 50
    for (relation,) in relations:
        assert rows_with(published, relation, f"{NAMES_OF_PERSONS}|^{PERSON_NUMBERS}$") == 0, relation


def test_nobody_can_be_recognised_in_logs_pages_or_output(county: County) -> None:
    pages = [p for folder in (county.settings.state, county.settings.data_docs) for p in folder.rglob("*") if p.is_file()]
    texts = {"what it said": county.loaded.said} | {str(p): p.read_text(encoding="utf-8", errors="replace") for p in pages}
    assert len(pages) > 20
    found = duckdb.execute(
        "select place from (select unnest(?) as place, unnest(?) as text) where regexp_matches(text, ?)",
        [list(texts), list(texts.values()), IN_TEXTS],
    ).fetchall()
    assert found == []


def test_a_person_has_one_token_in_every_table(published: duckdb.DuckDBPyConnection) -> None:
    strangers, claims = published.execute(
        "select count(*) filter (where enrolled.person_token is null), count(*) from facts.fct_claims as claims "
        "left join (select distinct person_token from facts.fct_enrolment) as enrolled using (person_token)"
    ).fetchone()
    assert claims > 15_000
    assert strangers == 0


def test_no_hard_check_of_the_claims_fails(county: County, published: duckdb.DuckDBPyConnection) -> None:
    (run_id,) = published.execute("select max(run_id) from marts.run_checks").fetchone()
    checks = checks_of(county.settings, run_id)
    assert {
        rule for (_, rule), (status, severity, _) in checks.items() if severity == "critical" and status != "passed"
    } == set()
    assert sum(suite.startswith("raw.platform_") for suite, _ in checks) >= 9


def test_the_demo_is_messy_as_reality_is(published: duckdb.DuckDBPyConnection) -> None:
    reversals, across, mid_stay = published.execute(
        "select count(*) filter (where is_reversal), "
        "count(*) filter (where is_reversal and reversed_settlement_month <> settlement_month), "
        "count(*) filter (where is_mid_stay) from facts.fct_claims"
    ).fetchone()
    assert reversals > 100
    assert across > 5
    assert mid_stay > 0


def test_a_second_run_has_nothing_to_do(county: County, use_settings) -> None:
    folder = county.settings.warehouse.parent.parent
    use_settings(folder, **{"landing": county.landing})
    assert environment_of(folder)["MEDFUND_LAKE"] == str(county.settings.lake)
    before = county.settings.warehouse.stat().st_mtime_ns
    ended = medfund("run")
    assert ended.code == ExitCode.OK, ended.said
    assert "nothing new" in ended.said
    assert county.settings.warehouse.stat().st_mtime_ns == before
    assert query(county.settings.warehouse, "select count(*) > 0 from facts.fct_claims") == [(True,)]
