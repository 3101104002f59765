"""What a finance section can get wrong: each fault is named where it stands, and nothing of it is published."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from flows.settings import Settings, get_settings
from tests.conftest import environment_of
from tests.flows.runs import Ended, medfund, query
from tests.funds.deliveries import Row, change, copy_of
from tests.ingest.deliveries import load, only_fault, refusal

# --- at the border ---


def test_an_item_nobody_knows_is_put_aside_with_what_is_known(tmp_path: Path):
    delivery = copy_of("panzhihua_2025_funds_ledger", tmp_path / "landing")

    def rename(rows: list[Row]) -> list[Row]:
        rows[3]["item"] = "lottery"
        return rows

    change(delivery, "fund_ledger", rename)
    loaded = load(delivery, tmp_path / "lake")
    fault = only_fault(loaded)
    assert (fault["file"], fault["source_line"], fault["value"]) == ("fund_ledger.csv", 5, "lottery")
    assert "line 5, column item: 'lottery' unknown code; expected one of contributions, interest," in str(
        loaded.report.quarantined[0]
    )


def test_a_line_nobody_knows_is_put_aside_too(tmp_path: Path):
    delivery = copy_of("panzhihua_2025_funds", tmp_path / "landing")
    change(delivery, "fund_budget", lambda rows: [rows[0] | {"line": "windfall"}, rows[1]])
    loaded = load(delivery, tmp_path / "lake")
    fault = only_fault(loaded)
    assert (fault["file"], fault["source_line"], fault["value"]) == ("fund_budget.csv", 2, "windfall")
    said = "line 2, column line: 'windfall' unknown code; expected a code of seeds/parameters/fund_statement_lines.csv"
    assert str(loaded.report.quarantined[0]).endswith(said)


@pytest.mark.parametrize(("factor", "culprit"), [(10_000, "The file"), (Decimal("0.0001"), "The control total")])
def test_yuan_where_the_contract_says_ten_thousand_yuan_is_refused_against_the_control_total(
    tmp_path: Path, factor: int | Decimal, culprit: str
):
    delivery = copy_of("yiyang_2025_funds", tmp_path / "landing")
    total = {}

    def multiply(rows: list[Row]) -> list[Row]:
        total["amount_wan"] = f"{sum(Decimal(row['amount_wan']) for row in rows):f}"
        return [row | {"amount_wan": f"{Decimal(row['amount_wan']) * factor:f}"} for row in rows]

    change(delivery, "fund_budget", multiply, total)
    message = refusal(delivery, tmp_path / "lake")
    assert "fund_budget.csv, column amount_wan: the values sum to" in message
    assert f"{culprit} seems to be in 元, expected 万元." in message


# --- in the build ---


@pytest.fixture(scope="module")
def spoilt(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Settings]:
    """Run the pipeline over the two cities' funds with one fault of each kind."""
    folder = tmp_path_factory.mktemp("spoilt")
    totals, ledger = (copy_of(f"yiyang_2025_funds{suffix}", folder / "landing") for suffix in ("", "_ledger"))

    def without_march(rows: list[Row]) -> list[Row]:
        heshan = {"insu_admdvs": "430903", "insutype": "390", "ledger_month": "202503"}
        return [row for row in rows if not heshan.items() <= row.items()]

    def one_end_alone(rows: list[Row]) -> list[Row]:
        (row,) = (
            row
            for row in rows
            if (row["insu_admdvs"], row["account"], row["ledger_month"], row["item"])
            == ("430902", "pooled", "202406", "from_above")
        )
        row["amount"] = str(Decimal(row["amount"]) + 1)
        return rows

    change(ledger, "fund_ledger", lambda rows: one_end_alone(without_march(rows)))
    change(
        ledger,
        "fund_opening_balances",
        lambda rows: [*rows, rows[0] | {"insu_admdvs": "430902", "year": "2025", "balance_amt": "1.00"}],
    )
    change(
        ledger,
        "fund_budget_versions",
        lambda rows: [*rows, rows[1] | {"version_no": "2", "version": "adjusted", "adjusts": "1", "approved_on": "2025-01-19"}],
    )
    # the adjusted budget is filled in in 元, and its manifest with it
    change(
        totals,
        "fund_budget",
        lambda rows: [
            *rows,
            *(
                row | {"version_no": "2", "amount_wan": str(int(row["amount_wan"]) * 10_000)}
                for row in rows
                if row["insutype"] == "390"
            ),
        ],
    )
    change(
        totals,
        "fund_accounts",
        lambda rows: [
            row | {"amount_wan": "368210"} if (row["insutype"], row["year"], row["line"]) == ("390", "2024", "income") else row
            for row in rows
        ],
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_of(folder, landing=folder / "landing").items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        settings = get_settings()
        ended = medfund("run")
    get_settings.cache_clear()
    return ended, settings


@pytest.fixture(scope="module")
def failing(spoilt: tuple[Ended, Settings]) -> dict[str, list[dict[str, str]]]:
    """The rows that broke each rule, as the run recorded them."""
    found = defaultdict(list)
    rows = query(
        spoilt[1].build_warehouse,
        "select rule, row_text from marts.run_failing_rows where suite = 'marts.fund_findings' order by row_no",
    )
    for rule, text in rows:
        found[rule].append(json.loads(text))
    return found


def test_faults_of_funds_stop_the_publish(spoilt: tuple[Ended, Settings]):
    ended, settings = spoilt
    assert ended.code == 6, ended.said
    assert not settings.warehouse.exists()
    assert "marts.fund_findings: budget_versions_in_order (failed, 1 rows)" in ended.err


def test_a_missing_month_is_named(failing: dict[str, list[dict[str, str]]]):
    (row,) = failing["ledger_months_complete"]
    assert (row["a_region"], row["b_fund"], row["c_year"], row["d_place"]) == ("heshan", "resident", "2025", "2025-03-01")


def test_the_year_that_lacks_a_month_is_not_what_the_accounts_say(failing: dict[str, list[dict[str, str]]]):
    places = {(row["b_fund"], row["c_year"], row["d_place"]) for row in failing["months_sum_to_year"]}
    assert {("resident", "2025", "benefits"), ("resident", "2025", "expenditure"), ("resident", "2024", "income")} <= places
    # employees of 2025 are as they were, but for what one division received too much
    assert {line for fund, year, line in places if fund == "employee" and year == "2025"} <= {
        "opening_balance",
        "closing_balance",
    }


def test_a_transfer_that_one_end_books_otherwise_is_named(failing: dict[str, list[dict[str, str]]]):
    (row,) = (row for row in failing["transfers_booked_at_both_ends"] if row["b_fund"] == "employee")
    assert (row["a_region"], row["c_year"], row["d_place"]) == ("yiyang", "2024", "from_above 2024-06-01")
    assert Decimal(row["f_found"].split()[1]) - Decimal(row["e_expected"].split()[1]) == 1


def test_an_opening_that_nothing_left_is_named(failing: dict[str, list[dict[str, str]]]):
    (row,) = (row for row in failing["closing_is_next_opening"] if row["a_region"] == "ziyang")
    assert (row["c_year"], row["b_fund"], row["f_found"]) == ("2025", "employee_pooled", "it begins with 1.00")
    assert (row["g_file"], row["h_line"]) == ("fund_opening_balances.csv", "23")


def test_a_total_that_its_lines_do_not_give_is_named(failing: dict[str, list[dict[str, str]]]):
    totals = {row["d_place"]: row for row in failing["lines_add_up"] if row["c_year"] == "2024"}
    assert set(totals) == {"accounts income", "accounts surplus"}
    assert totals["accounts income"]["e_expected"] == "its lines give 3682090000.00"
    assert totals["accounts income"]["g_file"] == "fund_accounts.csv"


def test_a_version_approved_before_the_one_that_it_adjusts_is_named(failing: dict[str, list[dict[str, str]]]):
    (row,) = failing["budget_versions_in_order"]
    assert row["e_expected"] == "approved_on: no earlier than 2025-01-20, when version 1 was approved"
    assert row["f_found"] == "approved_on 2025-01-19, adjusts 1"
    assert (row["g_file"], row["h_line"]) == ("fund_budget_versions.csv", "4")


def test_a_form_in_yuan_is_named_line_by_line(failing: dict[str, list[dict[str, str]]]):
    found = {row["d_place"]: row for row in failing["amounts_in_their_unit"]}
    assert found["benefits"]["f_found"] == "amount_wan 3192890000.000000 seems to be in 元"
    assert found["benefits"]["e_expected"].startswith("万元, about ")
    assert found["benefits"]["g_file"] == "fund_budget.csv"
    assert {"contributions", "fiscal_subsidy", "income", "expenditure"} <= set(found)
