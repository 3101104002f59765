"""A small county, end to end: totals, identities, structure, bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.cli import app
from flows.demo.blocks import build_blocks
from flows.demo.fit import fit
from flows.demo.generate import Summary, generate
from flows.demo.measure import conform, measure
from flows.demo.row_rules import RULES, broken_rules
from flows.demo.written import read_back
from flows.errors import UsageError
from tests.demo.conftest import SMALL

COLUMNS = {
    "visits": "cast(sum(visit) as bigint)",
    "total_cost": "sum(cast(medfee_sumamt as decimal(16, 2)))",
    "policy_cost": "sum(cast(inscp_amt as decimal(16, 2)))",
    "basic_paid": "sum(cast(hifp_pay as decimal(16, 2)))",
    "serious_paid": "sum(cast(hifmi_pay as decimal(16, 2)) + cast(hifob_pay as decimal(16, 2)))",
    "assistance_paid": "sum(cast(maf_pay as decimal(16, 2)))",
    "bed_days": "cast(sum(visit * coalesce(stay_days, 0)) as bigint)",
    "assisted": "cast(coalesce(sum(visit) filter (where cast(maf_pay as decimal(16, 2)) <> 0), 0) as bigint)",
}


def test_the_files_add_up_to_the_blocks(read: duckdb.DuckDBPyConnection):
    expected: dict[tuple[str, str, str], dict[str, int]] = {}
    for block in build_blocks(fit(), SMALL):
        sums = expected.setdefault(block.cell[:3], dict.fromkeys(COLUMNS, 0))
        for name in COLUMNS:
            sums[name] += block.totals[name]
    rows = read.execute(f"select fund, category, half, {', '.join(COLUMNS.values())} from conformed group by all").fetchall()
    found = {
        row[:3]: {n: int(v * 100) if isinstance(v, Decimal) else v for n, v in zip(COLUMNS, row[3:], strict=True)}
        for row in rows
    }
    assert found == expected


def test_the_account_pays_what_the_blocks_say(read: duckdb.DuckDBPyConnection):
    expected = sum(b.totals["account_paid"] for b in build_blocks(fit(), SMALL) if b.half == "2025H1")
    (found,) = read.execute(
        "select sum(cast(acct_pay as decimal(16, 2))) from conformed where fund = 'employee' and half = '2025H1'"
    ).fetchone() or (0,)
    assert int(found * 100) == expected


def test_every_cell_of_the_report_is_measured(read: duckdb.DuckDBPyConnection):
    found = measure(read)
    big = [b.cell for b in build_blocks(fit(), SMALL) if b.cell.category == "ordinary_inpatient" and b.half == "2025H1"]
    assert {v.cell for v in found if v.measure == "bed_days"} >= set(big)


def test_no_row_breaks_a_rule(read: duckdb.DuckDBPyConnection):
    assert broken_rules(read) == {}


# one fault for each rule: a statement that plants it, and the rule that must notice
FAULTS = {
    "A1": "update all_setl_d set ownpay_hosp_part = '0.01' where rowid = 10",
    "A2": "update all_setl_d set hifes_pay = '1.00' where rowid = 10",
    "A3": "update all_setl_d set cash_payamt = cast(cast(cash_payamt as decimal(16, 2)) + 1 as varchar) where rowid = 10",
    "A4": "update all_setl_d set acct_mulaid_pay = '99999.00' where rowid = 10",
    "A5": "update all_setl_d set overlmt_selfpay = '99999.00' where rowid = 10",
    "A6": "update all_setl_d set act_pay_dedc = '9999999.00' where rowid = 10",
    "amounts are negative": "update all_setl_d set init_setl_id = null where init_setl_id is not null",
    "a reversal mirrors": "update all_setl_d set hifp_pay = '0.00' where init_setl_id is not null",
    "nothing is reversed twice": "update all_setl_d set init_setl_id = '1' where init_setl_id is not null",
    "assistance only": "update all_setl_d set sp_psn_type = null",
    "settled while insured": "update all_psn_insu_d set crt_insu_date = '2025-01-01'",
    "institution is open": "update all_fixmedins_b set endtime = '2024-06-30 00:00:00' where fixmedins_code = 'H62072500001'",
    "institution is under": "delete from all_fixmedins_cntr_reg_d where cntr_sign_year = '2025'",
    "settled elsewhere": "update all_outmed_setl_d set pay_loc = '2'",
    "a stay has its encounter": "update all_mdtrt_d set ipt_days = '999' where ipt_days is not null",
    "chronic care only": "delete from all_chronic_registration where insutype = '390'",
    "the lines of a settlement": "update all_fee_list_d set inscp_amt = '0.00' where rowid = 3",
    "a line is quantity": "update all_fee_list_d set pric = '99999' where rowid = 3",
    "a settlement has a known": "update all_setl_d set med_type = '12345' where rowid = 10",
}


@pytest.fixture(scope="module")
def scratch(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    copy = tmp_path_factory.mktemp("faulty") / "county.duckdb"
    copy.write_bytes(county.read_bytes())
    with duckdb.connect(copy) as connection:
        yield connection


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_noticed(rule: str, scratch: duckdb.DuckDBPyConnection):
    scratch.execute("begin")
    try:
        scratch.execute(FAULTS[rule])
        conform(scratch)
        assert broken_rules(scratch, rule)
    finally:
        scratch.execute("rollback")


def test_every_rule_has_a_fault():
    assert {next((f for f in FAULTS if rule.startswith(f)), None) for rule in RULES} == set(FAULTS)


def test_the_claims_are_messy(read: duckdb.DuckDBPyConnection):
    def count(query: str) -> int:
        return (read.execute(f"select count(*) from {query}").fetchone() or (0,))[0]

    settlements = count("conformed")
    pairs = "conformed as r inner join conformed as o on r.init_setl_id = o.setl_id"
    assert 0.01 < count("conformed where init_setl_id is not null") / settlements < 0.02
    assert count(f"{pairs} where date_trunc('month', r.settled_at) <> date_trunc('month', o.settled_at)") > 20
    assert count(f"{pairs} where r.half <> o.half") > 5
    assert count("conformed where is_mid_stay") > 0
    assert count("old_setl_d") > 50, "corrections in later deliveries"
    assert count("conformed where pay_loc = '1' and area = 'out_of_province'") > 0
    assert count("fee_list_d where hi_nego_drug_flag = '1'") > 0
    assert count("(select distinct hi_nego_drug_flag from fee_list_d)") == 3
    assert count("(select psn_no from psn_insu_d group by all having count(distinct insutype) = 2)") > 0
    assert count("(select psn_no from conformed group by all having count(*) > 20)") > 50, "persons with many visits"
    assert count("all_setl_d where med_type = '26' and cast(ownpay_hosp_part as decimal(16, 2)) < 0") > 0


def test_nobody_gets_a_negotiated_drug_assisted_twice(read: duckdb.DuckDBPyConnection):
    twice = read.execute(
        "select psn_no from conformed where category = 'negotiated_drug_outpatient' and cast(maf_pay as decimal(16, 2)) > 0 "
        "and refd_setl_flag = '0' group by psn_no, half having count(*) > 1"
    ).fetchall()
    assert twice == []


def test_names_are_visibly_made_up(read: duckdb.DuckDBPyConnection):
    query = "select count(*) from all_setl_d where psn_name not like '参保人%' or certno not like '999999%'"
    assert read.execute(query).fetchone() == (0,)


def test_each_manifest_says_what_its_files_are(small: Summary):
    manifests = sorted(small.out.glob("*/manifest.yml"))
    assert len(manifests) == 18 + 18 + 4 + 4 + 4 + 3
    for path in manifests:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert said["synthetic"] is True
        assert said["delivery"] == path.parent.name
        assert "SYNTHETIC" in said["note"]
        assert {f["name"] for f in said["files"]} == {p.name for p in path.parent.iterdir()} - {"manifest.yml"}
        for file in said["files"]:
            assert hashlib.sha256((path.parent / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_control_totals_are_those_of_the_files(small: Summary):
    for path in sorted(small.out.glob("shandan_settlements_202401/*.csv")):
        said = yaml.safe_load((path.parent / "manifest.yml").read_text(encoding="utf-8"))
        file = next(f for f in said["files"] if f["name"] == path.name)
        sums = ", ".join(["count(*)", *(f"sum(cast({c} as decimal(16, 2)))" for c in file["control_totals"])])
        found = duckdb.sql(f"select {sums} from read_csv('{path}', all_varchar = true)").fetchone()
        assert found == (file["rows"], *(Decimal(v) for v in file["control_totals"].values()))


def test_deliveries_come_in_the_formats_that_bureaus_send(small: Summary):
    suffixes = {"".join(p.suffixes) for p in small.out.glob("*/*") if p.name != "manifest.yml"}
    assert suffixes == {".csv", ".csv.gz", ".jsonl", ".xlsx"}
    gb = (small.out / "shandan_settlements_202403" / "setl_d.csv").read_bytes()
    assert "参保人".encode("gb18030") in gb
    with pytest.raises(UnicodeDecodeError):
        gb.decode("utf-8")


def test_the_folder_says_that_it_is_synthetic(small: Summary):
    assert "synthetic" in (small.out / "README.md").read_text(encoding="utf-8").lower()


def contents(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return generate(tmp_path_factory.mktemp("tiny") / "county", scale=0.002, charge_lines=0.5)


def test_the_same_seed_gives_the_same_bytes(tiny: Summary, tmp_path: Path):
    assert contents(tiny.out) == contents(generate(tmp_path / "again", scale=0.002, charge_lines=0.5).out)


def test_another_seed_gives_others_and_settlements_alone_are_settlements(tiny: Summary, tmp_path: Path):
    other = generate(tmp_path / "other", scale=0.002, seed=2, only_settlements=True)
    here, there = contents(tiny.out), contents(other.out)
    assert set(other.rows) == {"setl_d", "outmed_setl_d"}
    assert all(name.startswith("shandan_settlements_") or name == "README.md" for name in there)
    assert here["shandan_settlements_202401/setl_d.csv"] != there["shandan_settlements_202401/setl_d.csv"]


def test_a_big_month_comes_in_parts_with_the_same_rows(tiny: Summary, tmp_path: Path):
    parts = generate(tmp_path / "parts", scale=0.002, charge_lines=0.5, chunk=100)
    settled = ("setl_d", "outmed_setl_d", "mdtrt_d")
    assert {t: parts.rows[t] for t in settled} == {t: tiny.rows[t] for t in settled}
    assert (parts.out / "shandan_settlements_202401" / "setl_d.part2.csv").is_file()
    with duckdb.connect() as connection:
        read_back(connection, parts.out)
        (again,) = connection.execute("select count(*) from all_setl_d").fetchone() or (0,)
    assert again == parts.rows["setl_d"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        app(["demo", "--out", str(tmp_path)], result_action="return_value")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("scale", "charge_lines"), [(0, 0.1), (-1, 0.1), (1, 1.5)])
def test_sizes_out_of_range_are_refused(tmp_path: Path, scale: float, charge_lines: float):
    with pytest.raises(UsageError, match=r"scale must be from 0\.001 to 1000"):
        generate(tmp_path / "county", scale=scale, charge_lines=charge_lines)
