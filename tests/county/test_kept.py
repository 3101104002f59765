"""A build makes anew what stands behind changed tables of the lake; the warehouse is that of a build of everything."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.ingest.manifest import MANIFEST_NAME, sha256_of
from flows.settings import PROJECT_DIR, Settings, get_settings
from flows.transform.changes import inputs_of
from tests.conftest import environment_of
from tests.county.conftest import County
from tests.flows.runs import medfund, query, tables_that_differ

NODES = "select node from marts.run_nodes where run_id = (select max(run_id) from marts.run_nodes)"
JUDGED = "compiled/medfund/models/marts/claims/findings/int_claims__found_by_month.sql"
NOT_ENROLLED = "select count(*) from marts.claim_findings where rule = 'settled_while_enrolled'"
# what a run writes of itself, which run built a month, what counted then, and the index and plan of the months to rebuild,
# which remember batches that count no more
OF_RUNS = (
    *("run_nodes", "run_checks", "run_failing_rows"),
    *("bridge_records", "bridge_rebuilds", "bridge_repeats", "months_built", "months_read", "batches_taken_in"),
)


@dataclass(frozen=True)
class Kept:
    """What builds made after claims were corrected, and after enrolment was and a budget came; and all of it built whole."""

    settings: Settings
    after_claims: set[str]
    after_others: set[str]
    by_parts: Path
    whole: set[str]
    # claims of persons who were not enrolled: before, after the claims and after the enrolment were corrected
    findings: list[int]
    # the query by which each claim was judged by itself, after the claims were corrected
    judged: str


def _correct(delivery: Path, name: str, target: Path, **cells: str) -> None:
    """Send a delivery once more, a revision higher: cells of a file's first row are changed, its last ten rows are gone."""
    shutil.copytree(delivery, target)
    path = target / name
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        first, *rows = reader
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows([first | cells, *rows[:-10]])
    manifest = yaml.safe_load((target / MANIFEST_NAME).read_text(encoding="utf-8"))
    manifest["revision"] += 1
    (said,) = (file for file in manifest["files"] if file["name"] == name)
    said |= {"rows": said["rows"] - 10, "sha256": sha256_of(path)}
    said.pop("control_totals", None)
    (target / MANIFEST_NAME).write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def kept(county: County, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    landing = folder / "landing"
    landing.mkdir()
    shutil.copytree(county.settings.lake, folder / "lake")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder, landing=landing).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        settings.build_warehouse.parent.mkdir(parents=True)
        shutil.copyfile(county.settings.build_warehouse, settings.build_warehouse)
        shutil.copytree(county.settings.state, settings.state)

        def build(*options: str) -> set[str]:
            for command in (["ingest"], ["transform", *options]):
                ended = medfund(*command)
                assert ended.code == 0, ended.said
            return {node for (node,) in query(settings.build_warehouse, NODES)}

        demo = county.landing / "demo"
        findings = [query(settings.build_warehouse, NOT_ENROLLED)[0][0]]
        _correct(demo / "shandan_settlements_202404", "setl_d.csv", landing / "claims", psn_no="620725000000000000")
        after_claims = build()
        findings.append(query(settings.build_warehouse, NOT_ENROLLED)[0][0])
        judged = (settings.dbt_target / JUDGED).read_text(encoding="utf-8")
        _correct(demo / "shandan_enrolment_202401", "psn_insu_d.csv", landing / "enrolment")
        shutil.copytree(PROJECT_DIR / "data/landing/bureau/jincheng_2026_budget_plan", landing / "plan")
        after_others = build()
        findings.append(query(settings.build_warehouse, NOT_ENROLLED)[0][0])
        by_parts = folder / "by_parts.duckdb"
        shutil.copyfile(settings.build_warehouse, by_parts)
        whole = build("--force")
    get_settings.cache_clear()
    return Kept(settings, after_claims, after_others, by_parts, whole, findings, judged)


def test_only_what_is_made_from_changed_tables_is_built(kept: Kept) -> None:
    assert {"stg_platform__settlements", "fct_claims", "inpatient_by_level", "consistency_checks"} <= kept.after_claims
    assert not kept.after_claims & {
        "fct_enrolment",
        "fct_fund_ledger",
        "fct_budget_items",
        "dim_regions",
        "stg_bureau__fund_ledger",
    }
    assert {"fct_budget_items", "total_budget", "fct_enrolment", "claim_findings", "consistency_checks"} <= kept.after_others
    assert not kept.after_others & {"fct_claims", "fct_encounters", "fct_fund_ledger", "dim_regions"}
    assert len(kept.whole) > 500
    assert len(kept.after_claims) < len(kept.whole) / 2
    assert kept.after_claims | kept.after_others < kept.whole


def test_each_table_is_what_a_build_of_everything_makes(kept: Kept) -> None:
    assert tables_that_differ(kept.by_parts, kept.settings.build_warehouse, OF_RUNS) == {}


def test_findings_follow_the_claims_of_a_month_and_the_enrolment_of_all(kept: Kept) -> None:
    before, after_claims, after_enrolment = kept.findings
    assert after_claims == before + 1
    assert after_enrolment > after_claims + 1
    assert query(kept.settings.build_warehouse, NOT_ENROLLED) == [(after_enrolment,)]


def test_only_months_whose_claims_have_changed_are_judged_again(kept: Kept) -> None:
    # the same months for each kind of rule
    (months,) = set(re.findall(r"settlement_month in \(([^)]*)\)", kept.judged))
    assert "'2024-04-01'" in months
    assert len(months.split(",")) < 4


def test_the_correction_and_the_plan_are_in_it(kept: Kept, county: County) -> None:
    def counts(database: Path) -> tuple[int, int]:
        return tuple(
            query(database, f"select count(*) from {table}")[0][0] for table in ("facts.fct_claims", "marts.total_budget")
        )

    before, after = counts(county.settings.build_warehouse), counts(kept.by_parts)
    assert before[0] - 10 <= after[0] < before[0]
    assert before[1] == 0 < after[1]


def test_a_build_that_failed_is_followed_by_one_of_everything(
    kept: Kept, use_settings: Callable[..., Settings], prefect: None
) -> None:
    settings = use_settings(kept.settings.lake.parent, landing=kept.settings.lake.parent / "landing")
    assert set(inputs_of(settings.build_warehouse)) > {"project", "platform.setl_d", "bureau.budget_items"}
    stray = settings.lake / "bureau" / "budget_items" / "batch_id=stray" / "data.parquet"
    stray.parent.mkdir()
    stray.write_bytes(b"this is no Parquet")
    # as if one more delivery had come
    with duckdb.connect(str(settings.build_warehouse)) as connection:
        connection.execute("update staging.built_from set fingerprint = 'another' where input = 'bureau.budget_items'")
    failed = medfund("transform")
    assert failed.code == 5, failed.said
    assert inputs_of(settings.build_warehouse) == {}
