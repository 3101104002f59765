"""Facts, dimensions and findings of a small county."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from decimal import Decimal

import duckdb
import pytest
import yaml
from county import EXPECTED, SETTLEMENTS, put_county

from flows.settings import PROJECT_DIR
from flows.validate.checkpoint import SUITES_DIR, run_checkpoint

SUITE = yaml.safe_load((SUITES_DIR / "claim_rule_results.yml").read_text(encoding="utf-8"))
CONTRIBUTIONS = yaml.safe_load((SUITES_DIR / "contributions.yml").read_text(encoding="utf-8"))


NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="module")
def county(new_warehouse):
    """The county, built whole."""
    build = new_warehouse("county")
    put_county(build.lake)
    build.dbt("build", "--select", "+claim_rule_results", "+path:models/facts/persons", *NO_TESTS)
    return build


# --- facts ---


def test_every_yuan_of_the_settlements_is_in_the_fact(county):
    given = sum(Decimal(str(row["medfee_sumamt"])) for row in SETTLEMENTS) + 1000
    assert county.query("select sum(total_cost), count(*) from facts.fct_claims") == [(given, len(SETTLEMENTS) + 1)]


def test_the_two_readings_differ_by_what_was_reversed_elsewhere_in_time(county):
    month = county.query(
        "select sum(visits), sum(case when counts_net then visits else 0 end) from facts.fct_claims "
        "where settlement_month = date '2024-02-01'"
    )
    assert month == [(-1, 0)]
    assert county.query("select reversed_settlement_month from facts.fct_claims where settlement_id = 'mirrors'") == [
        (date(2024, 1, 1),)
    ]


def test_the_level_of_a_claim_is_its_institutions_on_the_day(county):
    levels = dict(county.query("select settlement_id, institution_level from facts.fct_claims"))
    assert levels["sound"] == "secondary"
    # not in the county's register: what the row says
    assert levels["far_away"] == "tertiary"


def test_codes_mean_what_their_province_says(county):
    rows = county.query("select charge_line_id, catalogue_class, negotiated_drug from facts.fct_claim_lines order by 1")
    of_no_class = [(f"L{number}", "unmapped", "not_given") for number in (4, 5, 6)]
    assert rows == [("L1", "class_a", "yes"), ("L2", "own_expense", "no"), ("L3", "class_b", "no"), *of_no_class]


def test_an_institution_is_paused_from_the_day_after_its_record_says_so(county):
    rows = county.query(
        "select institution_code, valid_from, valid_to, is_open from facts.dim_institution_history "
        "where institution_code in ('H62072500004', 'H62072500005') order by 1, 2"
    )
    forever = date(9999, 12, 31)
    assert rows == [
        ("H62072500004", date(2020, 1, 1), date(2024, 1, 31), True),
        ("H62072500004", date(2024, 2, 1), forever, False),
        ("H62072500005", date(2020, 1, 1), date(2023, 6, 30), True),
        ("H62072500005", date(2023, 7, 1), forever, False),
    ]


def test_institutions_have_a_history_of_level_and_agreement(county):
    rows = county.query(
        "select institution_code, valid_from, valid_to, institution_level, is_under_agreement "
        "from facts.dim_institution_history where institution_code in ('H62072500001', 'H62072500003') order by 1, 2"
    )
    forever = date(9999, 12, 31)
    assert rows == [
        ("H62072500001", date(2020, 1, 1), date(2022, 12, 31), "primary", False),
        ("H62072500001", date(2023, 1, 1), date(2023, 6, 30), "primary", True),
        ("H62072500001", date(2023, 7, 1), date(2023, 12, 31), "secondary", True),
        ("H62072500001", date(2024, 1, 1), forever, "secondary", True),
        ("H62072500003", date(2020, 1, 1), date(2022, 12, 31), "secondary", False),
        ("H62072500003", date(2023, 1, 1), date(2023, 12, 31), "secondary", True),
        ("H62072500003", date(2024, 1, 1), forever, "secondary", False),
    ]


@pytest.mark.parametrize(
    ("day", "enrolled"),
    [
        ("2023-06-30", [("employee", 1), ("resident", 2)]),
        # one paused, in a word of an earlier delivery
        ("2023-12-31", [("employee", 1), ("resident", 1)]),
        ("2024-01-01", [("employee", 1), ("resident", 2)]),
        # the begin that was corrected
        ("2020-06-30", [("resident", 2)]),
    ],
)
def test_enrolment_as_of_a_day_is_one_query(county, day, enrolled):
    query = "select fund, count(distinct person_token) from facts.fct_enrolment where date '{}' between valid_from and valid_to"
    assert county.query(query.format(day) + " group by fund order by fund") == enrolled


def test_contributions_of_residents_and_employees_stand_together(county):
    rows = county.query(
        "select contribution_kind, fund, is_collected, total_amount from facts.fct_contributions order by 1, 3, 4"
    )
    assert rows == [
        ("employee", "employee", True, Decimal("500.00")),
        ("resident", "resident", False, Decimal("90.00")),
        ("resident", "resident", False, Decimal("380.00")),
        ("resident", "resident", True, Decimal("777.00")),
        ("resident", "resident", True, Decimal("1020.00")),
    ]


def test_the_bureaus_own_registers_are_facts(county):
    assert county.query("select person_group, subsidy_kind, subsidy_amount from facts.fct_enrolment_subsidies") == [
        ("low_income", "full", Decimal("380.00"))
    ]
    assert county.query("select payment_id, payment_amount from facts.fct_maternity_allowances") == [
        ("P1", Decimal("31600.00"))
    ]
    assert county.query("select disease_code, valid_to from facts.fct_chronic_registrations") == [
        ("M03900", date(9999, 12, 31))
    ]


def test_persons_are_a_token_a_year_a_sex_and_a_type(county):
    assert county.query("select * from facts.dim_persons order by 1") == [
        ("token-1", 1970, "male", "resident_adult"),
        ("token-2", 1970, "male", "resident_adult"),
        ("token-3", None, "not_given", "resident_adult"),
        ("token-stranger", 1970, "male", "resident_adult"),
    ]


# --- findings ---


def test_each_rule_finds_what_breaks_it_and_nothing_else(county):
    found: dict[str, set[str | None]] = {}
    for rule, settlement_id in county.query("select rule, settlement_id from marts.claim_findings"):
        found.setdefault(rule, set()).add(settlement_id)
    assert found == EXPECTED


def test_a_finding_says_what_is_at_stake_and_where_it_stands(county):
    row = county.query(
        "select amount, statement_zh, who_fixes, source_file, source_line from marts.claim_findings "
        "where rule = 'fund_parts_sum'"
    )
    line = [settlement["setl_id"] for settlement in SETTLEMENTS].index("parts_short") + 2
    assert row == [(Decimal("1.00"), "不符合：各项基金支付之和等于基金支付总额", "sender", "setl_d.csv", line)]


def test_a_rule_that_nothing_breaks_is_reported_too(county):
    rows = county.query("select count(distinct rule), sum(finding_count) from marts.claim_rule_results")
    # two charge lines without a claim are one id in EXPECTED
    assert rows == [(len(EXPECTED), sum(map(len, EXPECTED.values())) + 1)]


def test_charge_lines_without_a_claim_count_in_the_month_of_the_charge(county):
    rows = county.query(
        "select cast(settlement_month as varchar), claim_count, finding_count, finding_amount, finding_share "
        "from marts.claim_rule_results where rule = 'codes_mapped' and settlement_month > date '2024-02-01' order by 1"
    )
    assert rows == [("2024-03-01", 0, 1, Decimal("50.00"), None), ("2024-04-01", 0, 2, Decimal("10.00"), None)]


def test_findings_name_no_person(county):
    tokens = county.query("select distinct person_token from facts.fct_claims")
    text = str(county.query("select * from marts.claim_findings"))
    assert not [token for (token,) in tokens if token in text]


# --- the suite ---


def test_the_suite_and_the_seed_say_the_same():
    with (PROJECT_DIR / "seeds" / "codes" / "claim_rules.csv").open(encoding="utf-8", newline="") as file:
        seed = {row["rule"]: (row["severity"], row["who_fixes"], float(row["max_share"])) for row in csv.DictReader(file)}
    checks = [check for check in SUITE["expectations"] if check["meta"]["rule"] != "every_claim_is_judged"]
    said = {c["meta"]["rule"]: (c["severity"], c["meta"]["who_fixes"], float(c["kwargs"]["max_share"])) for c in checks}
    assert said == seed
    assert {c["kwargs"].get("rule", "codes_mapped") for c in checks} == set(seed) == set(EXPECTED)


def test_the_suite_fails_each_rule_that_is_broken_and_shows_the_rows(county, tmp_path):
    outcomes = {o.rule: o for o in run_checkpoint(county.database, [SUITE], "county", tmp_path / "docs")}
    assert {o.rule: o.message for o in outcomes.values() if o.status == "crashed"} == {}
    assert outcomes.pop("every_claim_is_judged").status == "passed"
    assert {rule for rule, o in outcomes.items() if o.status == "failed"} == set(EXPECTED)
    (row,) = outcomes["payers_sum"].failing_rows
    assert (row["a_settlement_id"], row["d_amount"]) == ("payers_short", "1.00")
    assert {(row["a_code"], row["b_claims"], row["c_amount"]) for row in outcomes["codes_mapped"].failing_rows} == {
        ("med_type 8888", "1", "1000.00"),
        ("insu_admdvs 620799", "1", "1000.00"),
        ("insu_admdvs 440106", "1", "1000.00"),
        ("sex", "2", "2000.00"),
        ("chrgitm_lv 77", "3", "60.00"),
        ("list_type 999", "1", "999.00"),
        ("med_chrgitm_type 77", "1", "999.00"),
        # the claim of no province
        ("insu_admdvs 990101", "1", "1000.00"),
        ("insutype 390", "1", "1000.00"),
        ("med_type 21", "1", "1000.00"),
        ("person_type", "1", "1000.00"),
        ("settlement_way", "1", "1000.00"),
    }
    # seven codes without a meaning are one claim
    query = (
        "select settlement_id, count(*) from marts.claim_findings where rule = 'codes_mapped' group by 1 having count(*) > 2"
    )
    assert county.query(query) == [("of_no_province", 6)]


@pytest.mark.parametrize(("max_share", "status"), [(0.01, "failed"), (0.5, "passed")])
def test_a_share_that_a_rule_allows_passes(county, tmp_path, max_share, status):
    (check,) = (check for check in SUITE["expectations"] if check["meta"]["rule"] == "assistance_entitled")
    lenient = check | {"kwargs": {"rule": "assistance_entitled", "max_share": max_share}}
    outcomes = run_checkpoint(county.database, [SUITE | {"expectations": [lenient]}], "shares", tmp_path / "docs")
    assert [outcome.status for outcome in outcomes] == [status]


def test_contributions_that_name_no_month_are_shown_and_the_others_are_not(county, tmp_path):
    outcomes = {o.rule: o for o in run_checkpoint(county.database, [CONTRIBUTIONS], "contributions", tmp_path / "docs")}
    assert {(o.status, o.severity) for o in outcomes.values()} == {("failed", "warning")}
    for rule, code in (("contributions_have_a_county", "620700"), ("contributions_say_whether_collected", "4")):
        (row,) = outcomes[rule].failing_rows
        assert (row["d_first_line"], row["e_code"], row["f_contributions"], row["g_amount"]) == ("5", code, "1", "90.00")
    outcome = outcomes["contributions_name_their_month"]
    assert {
        (row["e_account_month"], row["d_first_line"], row["f_contributions"], row["g_amount"]) for row in outcome.failing_rows
    } == {
        (None, "2", "1", "1020.00"),
        ("2024-1", "4", "1", "777.00"),
    }
    rows = county.query(
        "select total_amount, cast(contribution_month as varchar) from facts.fct_contributions where is_collected"
    )
    assert dict(rows) == {Decimal("1020.00"): "2024-01-01", Decimal("777.00"): "2024-03-01", Decimal("500.00"): "2024-01-01"}


@pytest.mark.parametrize(
    ("statement", "rule", "counted", "there"),
    [
        ("delete from marts.claim_findings", "payers_sum", "1", "0"),
        ("delete from marts.claim_findings where rule = 'payers_sum'", "payers_sum", "1", "0"),
        (
            "insert into marts.claim_findings select * from marts.claim_findings where rule = 'payers_sum'",
            "payers_sum",
            "2",
            "1",
        ),
        ("delete from staging.int_claims__found where rule = 'payers_sum'", "payers_sum", "1", "-"),
        ("delete from marts.claim_rule_results", "payers_sum", "-", "1"),
        ("delete from marts.claim_rule_results where rule = 'reversed_once'", "reversed_once", "-", "1"),
        ("delete from marts.claim_rule_results where settlement_month = date '2024-02-01'", "payers_sum", "-", "1"),
        ("delete from facts.fct_claims where settlement_month = date '2024-02-01'", "payers_sum", "1", "-"),
        ("delete from facts.fct_claims where settlement_id = 'mirrors'", "payers_sum", "1", "-"),
    ],
)
def test_results_or_findings_that_are_gone_are_noticed(county, tmp_path, statement, rule, counted, there):
    damaged = shutil.copyfile(county.database, tmp_path / "damaged.duckdb")
    with duckdb.connect(str(damaged)) as connection:
        connection.execute(statement)
    check = next(check for check in SUITE["expectations"] if check["meta"]["rule"] == "every_claim_is_judged")
    (outcome,) = run_checkpoint(damaged, [SUITE | {"expectations": [check]}], "damaged", tmp_path / "docs")
    assert (outcome.status, outcome.severity) == ("failed", "critical"), outcome.message
    assert (rule, counted, there) in {(row["a_rule"], row["d_counted"], row["e_there"]) for row in outcome.failing_rows}
