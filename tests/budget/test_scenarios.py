"""What-ifs: beside the plan, from one SQL; and scenarios that make no sense, refused with row, value and what was expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from flows.allocate import allocate, read_scenario
from flows.errors import UsageError
from flows.settings import Settings
from tests.budget.conftest import Budget
from tests.conftest import environment_of
from tests.flows.runs import medfund

Write = Callable[..., Path]


@pytest.fixture
def reader(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment of someone who reads the session's warehouse."""
    from flows.settings import get_settings

    for name, value in environment_of(warehouse.warehouse.parent.parent).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


def test_a_named_scenario_is_shown_beside_the_plan(reader: Settings):
    ended = medfund("allocate", "--scenario", "no_transfer")
    assert ended.code == 0
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "高平市 non-drg 2,811 2,435 -376 -13.38" in lines
    assert "晋城市 drg 55,220 56,720 +1,500 +2.72" in lines
    assert lines.count("all 66,200 66,200 0") == 1
    assert "gain: none; lose: none" in lines  # employees move nothing anyway


def test_json_has_amounts_in_yuan_that_no_program_reads_as_floats(reader: Settings):
    ended = medfund("allocate", "--scenario", "no_transfer", "--format", "json")
    said = json.loads(ended.out)
    (row,) = (r for r in said["rows"] if (r["fund"], r["region"]) == ("resident", "gaoping"))
    assert (said["scenario"], said["compared_with"], said["unit"]) == ("no_transfer", "plan", "yuan")
    assert (row["plan_allocation"], row["allocation"], row["gain"]) == ("28110000.00", "24350000.00", "-3760000.00")


def test_a_scenario_nobody_knows_is_named_with_those_that_there_are(reader: Settings):
    ended = medfund("allocate", "--scenario", "no_such")
    assert ended.code == 2
    assert "no scenario 'no_such'; there are: equal_years, no_transfer, plan" in ended.err


def test_a_file_is_computed_as_the_seed_of_the_same_rows_and_nothing_published_changes(reader: Settings, scenario_file: Write):
    published = hashlib.sha256(reader.warehouse.read_bytes()).hexdigest()
    build = reader.build_warehouse.stat().st_mtime_ns
    path = scenario_file("transfer_to_non_drg,resident,,,0\n")
    from_file, from_seed = (allocate(reader, name) for name in (str(path), "no_transfer"))
    assert from_file.scenario == "what_if"
    assert from_file.rows == from_seed.rows
    assert hashlib.sha256(reader.warehouse.read_bytes()).hexdigest() == published
    assert reader.build_warehouse.stat().st_mtime_ns == build


def test_a_file_that_makes_no_sense_is_refused_with_its_lines(reader: Settings, scenario_file: Write):
    path = scenario_file(
        "pool,resident,,remote,400000000\n\nterminated_institution_cut,employee,,year_before,-5\n"
        "payment_weight,resident,,year_before,0.7\n"
    )
    ended = medfund("allocate", "--scenario", str(path))
    assert ended.code == 2
    said = ended.err.replace("\n", " ")
    assert f"scenario what_if ({path}) makes no sense" in said
    assert (
        "line 2, row pool · resident: value 1665760000.00; expected pools that sum to no more than the income, 1647903144.00"
        in said
    )
    assert "line 4, row terminated_institution_cut · employee · year_before: value -5; expected at least 0.00" in said
    assert "line 5, row payment_weight · resident: value 1.1000; expected weights of the two years that sum to 1" in said


def test_a_pool_larger_than_any_fund_is_refused_too(reader: Settings, scenario_file: Write):
    ended = medfund("allocate", "--scenario", str(scenario_file("pool,resident,,local_inpatient,99999999990000\n")))
    assert (ended.code, "Traceback" in ended.said) == (2, False), ended.said
    assert "expected pools that sum to no more than the income" in ended.err.replace("\n", " ")


CUT = "parameter = 'terminated_institution_cut' and fund = 'resident' and item = 'year_before'"
WEIGHT = "parameter = 'payment_weight' and fund = 'resident' and item = 'year_before' and scenario = "
TRANSFER = "parameter = 'transfer_to_non_drg' and scenario = 'plan'"
INCENTIVE = "region = 'gaoping' and fund = 'resident'"
REMOTE = "scenario = 'plan' and fund = 'resident' and item = 'remote'"
# what is set where in the scenarios, and the fault that it must give: scenario, parameter, fund, value, what was expected
FAULTS = {
    "pools beyond the income": (
        ("value = '412000000'", REMOTE),
        ("plan", "pool", "resident", "1677760000.00", "pools that sum to no more than the income, 1647903144.00"),
    ),
    "an income that nobody delivered": (
        ("value = 'enrolment'", "parameter = 'income_basis' and fund = 'employee'"),
        (
            *("plan", "pool", "employee", "1647000000.00"),
            "pools that sum to no more than the income, of which nothing was delivered for enrolment",
        ),
    ),
    "weights that do not sum to 1": (
        ("value = '0.5'", WEIGHT + "'plan'"),
        ("plan", "payment_weight", "resident", "0.9000", "weights of the two years that sum to 1"),
    ),
    "a negative cut": (
        ("value = '-50'", CUT),
        ("plan", "terminated_institution_cut", "resident", "-50", "at least 0.00"),
    ),
    "a cut of more than all": (
        ("value = '150'", CUT),
        ("plan", "terminated_institution_cut", "resident", "150", "at most 100.00"),
    ),
    "a value that is no number": (
        ("value = '1500万'", TRANSFER),
        ("plan", "transfer_to_non_drg", "resident", "1500万", "a number"),
    ),
    "a value that is not there": (
        ("value = null", TRANSFER),
        ("plan", "transfer_to_non_drg", "resident", None, "a number"),
    ),
    "an area of another city": (
        ("region = 'shandan'", INCENTIVE),
        ("plan", "incentive", "resident", "600000", "a settlement area of jincheng"),
    ),
    "an item that is not of the budget": (
        ("item = 'reception'", REMOTE),
        ("plan", "pool", "resident", "275000000", "an item that pool has"),
    ),
    "a fund that is not of the budget": (
        ("fund = 'civil_servant'", TRANSFER),
        ("plan", "transfer_to_non_drg", "civil_servant", "15000000", "a fund of the budget: resident or employee"),
    ),
    "incentives out of nothing": (
        ("value = '700000'", INCENTIVE),
        ("plan", "incentive", "resident", "100000.00", "incentives that sum to 0: what one area gains others give"),
    ),
    "part of a unit": (
        ("value = '15005000'", TRANSFER),
        ("plan", "transfer_to_non_drg", "resident", "15005000", "a whole multiple of the rounding unit, 10000.0000"),
    ),
    "a parameter nobody knows": (
        ("parameter = 'wieght'", "parameter = 'rounding_unit' and fund = 'resident'"),
        ("plan", "wieght", "resident", "10000", "a parameter of scenario_parameter_kinds"),
    ),
    "a row that is missing": (
        ("scenario = 'equal_years'", "parameter = 'rounding_unit' and fund = 'resident'"),
        ("plan", "rounding_unit", "resident", None, "a row rounding_unit"),
    ),
    "a row that stands twice": (
        ("item = 'chronic'", REMOTE),
        ("plan", "pool", "resident", "275000000", "one row for this"),
    ),
    "more moved than there is": (
        ("value = '600000000'", TRANSFER),
        ("plan", "allocation", "resident", "-32800000.00", "an allocation of at least 0 for jincheng (drg)"),
    ),
    "a fault of a what-if": (
        ("value = '0.9'", WEIGHT + "'equal_years'"),
        ("equal_years", "payment_weight", "resident", "1.4000", "weights of the two years that sum to 1"),
    ),
}


@pytest.mark.parametrize(("change", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_scenario_row_value_and_what_was_expected(budget: Budget, change: tuple[str, str], fault: tuple):
    budget.build()
    assert budget.query("select * from marts.scenario_faults") == []
    budget.execute(f"update facts.scenario_parameters set {change[0]} where {change[1]}")
    budget.build()
    found = budget.query("select scenario, parameter, fund, value, expected from marts.scenario_faults")
    assert fault in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: the columns are none"),
        (
            "parameter,fund,item,value\npool,resident,remote,1\n",
            "line 1: the columns are parameter, fund, item, value; expected",
        ),
        ("parameter,fund,region,item,value,colour\n", "line 1: the columns are"),
        ("parameter,fund,region,item,value\n", "no row"),
        ("parameter,fund,region,item,value\npool,resident,,remote\n", "line 2: 4 cells; expected 5"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, text: str, expected: str):
    path = tmp_path / "odd.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=expected):
        read_scenario(path)


def test_a_file_keeps_the_numbers_of_its_lines(scenario_file: Write):
    rows = read_scenario(scenario_file("\npool,resident,,remote, 1 \n"))
    assert rows == [{"row_no": 3, "parameter": "pool", "fund": "resident", "region": "", "item": "remote", "value": "1"}]


def test_pools_of_the_plan_are_the_delivered_items(connection):
    rows = connection.execute(
        "select cast(sum(number) as decimal(18, 2)) from facts.dim_scenario_parameters "
        "where scenario = 'plan' and parameter = 'pool'"
    ).fetchall()
    assert rows == [(Decimal("3187760000.00"),)]
