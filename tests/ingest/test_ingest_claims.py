"""What is wrong with claims: in the future, negative without a reversal, twice, in another unit, for a closed month."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.ingest import fast
from flows.ingest.closed_months import months_of, read_closed_months
from flows.ingest.tasks import load_delivery
from flows.settings import get_settings
from tests.ingest.claims import ClaimsDelivery, as_delimited, settlement
from tests.ingest.deliveries import load, refusal, snapshot

Faults = list[tuple[int, str, str, str]]


def _faults(claims: ClaimsDelivery, lake: Path) -> Faults:
    loaded = load(claims.write().folder, lake)
    assert loaded.report.outcome == "loaded", loaded.report.error
    return [(f["source_line"], f["column_name"], f["value"], f["reason"]) for f in loaded.quarantine]


@pytest.fixture(params=["careful", "fast"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test twice: a fault must be found the same whichever way is tried first."""
    if request.param == "fast":
        monkeypatch.setattr(fast, "LARGE", 0)


def test_settlement_in_the_future(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[1]["setl_time"] = "2025-07-05 23:59:59"  # the day of sending itself
    claims.rows[2]["setl_time"] = "2025-07-06 00:00:00"
    assert _faults(claims, lake) == [(4, "setl_time", "2025-07-06 00:00:00", "is after the day of sending")]


def test_day_of_sending_that_has_not_come_lets_no_settlement_of_the_future_in(claims: ClaimsDelivery, lake: Path) -> None:
    today = dt.datetime.now(tz=dt.UTC).date()
    claims.rows[1]["setl_time"] = f"{today + dt.timedelta(days=2)} 00:00:00"
    claims.write().sign({"setl_d.csv": 12}, lambda manifest: manifest.update(sent_on=today + dt.timedelta(days=2)))
    message = refusal(claims.folder, lake)
    assert f"manifest.yml: sent_on {today + dt.timedelta(days=2)} has not come yet, today is {today}" in message


def test_sent_where_it_is_tomorrow_already(claims: ClaimsDelivery, lake: Path) -> None:
    tomorrow = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1)
    claims.write().sign({"setl_d.csv": 12}, lambda manifest: manifest.update(sent_on=tomorrow))
    assert load(claims.folder, lake).report.outcome == "loaded"


def test_negative_amount_without_a_reversal(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[1] |= {"hifp_pay": "-600.00", "fund_pay_sumamt": "-600.00", "refd_setl_flag": "1", "init_setl_id": "S000000"}
    claims.rows[2]["hifp_pay"] = "-0.01"
    claims.rows[3]["othfund_pay"] = "-3.00"  # the remainder that some provinces compute
    assert _faults(claims, lake) == [(4, "hifp_pay", "-0.01", "is negative")]


def test_one_settlement_with_two_amounts(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[7] = settlement(7, setl_id="S000001", medfee_sumamt="1.00")
    assert _faults(claims, lake) == [
        (3, "setl_id", "S000001", "stands twice"),
        (9, "setl_id", "S000001", "stands twice"),
    ]


@pytest.mark.parametrize("odd", ["", "１００７.00"], ids=["plain", "one file needs care"])
def test_one_settlement_in_two_files_of_a_table(claims: ClaimsDelivery, lake: Path, odd: str) -> None:
    claims.rows[7] = settlement(7, setl_id="S000001", medfee_sumamt=odd or "1.00")
    claims.folder.mkdir(parents=True)
    for name, rows in (("setl_d.part1.csv", claims.rows[:6]), ("setl_d.part2.csv", claims.rows[6:])):
        (claims.folder / name).write_text(as_delimited(rows), encoding="utf-8")
    claims.totals = False
    loaded = load(claims.sign({"setl_d.part1.csv": 6, "setl_d.part2.csv": 6}).folder, lake)
    assert [(f["file"], f["source_line"], f["reason"]) for f in loaded.quarantine] == [
        ("setl_d.part1.csv", 3, "stands twice"),
        ("setl_d.part2.csv", 3, "stands twice"),
    ]
    assert len(loaded.rows("setl_d", "platform")) == 10


@pytest.mark.parametrize("odd", [False, True])
def test_several_files_of_a_table_keep_their_lines(claims: ClaimsDelivery, lake: Path, odd: bool) -> None:
    if odd:
        claims.rows[9]["medfee_sumamt"] = "12.3.4"
    claims.folder.mkdir(parents=True)
    parts = {f"setl_d.part{n}.csv": claims.rows[n * 4 : n * 4 + 4] for n in range(3)}
    for name, rows in parts.items():
        (claims.folder / name).write_text(as_delimited(rows), encoding="utf-8")
    claims.totals = False
    loaded = load(claims.sign(dict.fromkeys(parts, 4)).folder, lake)
    places = {(row["source_file"], row["source_line"]): row["setl_id"] for row in loaded.rows("setl_d", "platform")}
    expected = {(name, n + 2): row["setl_id"] for name, rows in parts.items() for n, row in enumerate(rows)}
    if odd:
        assert expected.pop(("setl_d.part2.csv", 3)) == "S000009"
    assert places == expected


def test_amounts_in_ten_thousands_by_mistake(claims: ClaimsDelivery, lake: Path) -> None:
    claims.write()
    total = sum(Decimal(row["medfee_sumamt"]) for row in claims.rows)
    for row in claims.rows:
        row["medfee_sumamt"] = str(Decimal(row["medfee_sumamt"]) / 100)
    claims.write().sign({"setl_d.csv": 12}, lambda m: m["files"][0].update(control_totals={"medfee_sumamt": str(total * 100)}))
    message = refusal(claims.folder, lake)
    assert f"column medfee_sumamt: the values sum to {(total / 100).normalize():f}, the manifest's control total is" in message
    assert "The file seems to be in 万元, expected yuan." in message


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-06-30", "2025-06-30 00:00:00"),
        ("2025/6/30", "2025-06-30 00:00:00"),
        ("20250630", "2025-06-30 00:00:00"),
        ("45838", "2025-06-30 00:00:00"),
        ("45838.4375", "2025-06-30 10:30:00"),
        ("2025-06-30 10:30", "2025-06-30 10:30:00"),
        ("2025/6/30 10:30:05", "2025-06-30 10:30:05"),
        ("2025-06-30T10:30:05", "2025-06-30 10:30:05"),
        ("20250630103005", "2025-06-30 10:30:05"),
        ("20250630 10:30:05", "2025-06-30 10:30:05"),
        ("２０２５－０６－３０　１０：３０：０５", "2025-06-30 10:30:05"),
        ("2025-06-30 10:30:05.250", "2025-06-30 10:30:05.250000"),
    ],
)
@pytest.mark.parametrize("throughout", [True, False])
def test_times_in_every_plain_way(claims: ClaimsDelivery, lake: Path, written: str, read: str, throughout: bool) -> None:
    for row in claims.rows if throughout else claims.rows[5:6]:
        row |= {"setl_time": written, "begndate": written}
    rows = load(claims.write().folder, lake).rows("setl_d", "platform")
    assert (str(rows[5]["setl_time"]), str(rows[5]["begndate"])) == (read, read[:10])
    assert str(rows[4]["setl_time"]) == (read if throughout else "2025-06-07 10:30:00")
    assert len(rows) == 12


def _shown(written: str) -> str:
    """What quarantine shows of a value: where rows hold persons, no word and no more digits than a telephone has."""
    return "(not shown)" if written.isalpha() or len(written) == 15 else written


@pytest.mark.parametrize(
    "written",
    ["2025-06-31", "25-06-30", "2025-06-30 25:00", "30/06/2025", "2025-06-30 10:30:05+08", "6.30", "infinity", "epoch"],
)
def test_times_that_cannot_be_read(claims: ClaimsDelivery, lake: Path, written: str) -> None:
    claims.rows[5]["setl_time"] = written
    assert _faults(claims, lake) == [(7, "setl_time", _shown(written), "does not parse")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,234.50", "1234.50"),
        ("１２３４．５", "1234.50"),
        (" 1234.5 ", "1234.50"),
        ("1234.500000", "1234.50"),
        ("12.340000000000002", "12.34"),
        ("+7", "7.00"),
        ("99999999999999.99", "99999999999999.99"),
    ],
)
def test_amounts_in_every_plain_way(claims: ClaimsDelivery, lake: Path, written: str, read: str) -> None:
    claims.rows[5]["inscp_amt"] = written
    rows = load(claims.write().folder, lake).rows("setl_d", "platform")
    assert str(rows[5]["inscp_amt"]) == read


@pytest.mark.parametrize("written", ["12.345", "12.3.4", "12万", "1,23.4", "100000000000000", "nan", "12,3"])
def test_amounts_that_cannot_be_read(claims: ClaimsDelivery, lake: Path, written: str) -> None:
    claims.rows[5]["inscp_amt"] = written
    assert _faults(claims, lake) == [(7, "inscp_amt", _shown(written), "does not parse")]


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Close June 2025 for Shandan."""
    path = tmp_path / "closed_months.csv"
    path.write_text("region,month,closed_on,note\nshandan,2025M06,2025-07-20,half-year report\n", encoding="utf-8")
    monkeypatch.setattr(get_settings(), "closed_months", path)
    return path


@pytest.mark.parametrize("period", ["2025M06", "2025Q2", "2025H1", "2025"])
def test_delivery_for_a_closed_month_is_refused(claims: ClaimsDelivery, lake: Path, closed: Path, period: str) -> None:
    claims.write().sign({"setl_d.csv": 12}, lambda manifest: manifest.update(period=period))
    message = refusal(claims.folder, lake)
    assert f"period {period} of shandan holds 2025M06 (closed on 2025-07-20), by {closed}" in message
    assert "`reopens_closed_month: true` and a `reopening_reason`" in message


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"reopens_closed_month": True}, "refused"),
        ({"reopens_closed_month": True, "reopening_reason": "医院补传"}, "loaded"),
        ({"period": "2025M07"}, "loaded"),
        ({"region": "jincheng"}, "loaded"),
    ],
)
def test_closed_month_is_reopened_with_a_reason_only(
    claims: ClaimsDelivery, lake: Path, closed: Path, said: dict, outcome: str
) -> None:
    claims.write().sign({"setl_d.csv": 12}, lambda manifest: manifest.update(said))
    assert load(claims.folder, lake).report.outcome == outcome


def test_what_was_loaded_before_the_month_was_closed_is_nothing_new(claims: ClaimsDelivery, lake: Path, closed: Path) -> None:
    content = closed.read_text(encoding="utf-8")
    closed.write_text(content.splitlines()[0] + "\n", encoding="utf-8")
    assert load(claims.write().folder, lake).report.outcome == "loaded"
    closed.write_text(content, encoding="utf-8")
    assert load(claims.folder, lake).report.outcome == "nothing new"


def test_closed_months_that_cannot_be_read_stop_the_run(claims: ClaimsDelivery, lake: Path, closed: Path) -> None:
    closed.write_text("region,month,closed_on,note\nshandan,2025-06,,\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2: region 'shandan', month '2025-06'; expected a region and a month"):
        load_delivery.fn(claims.write().folder, lake)
    closed.write_text("month\n2025M06\n", encoding="utf-8")
    with pytest.raises(UsageError, match="expected region, month, closed_on, note"):
        read_closed_months(closed)
    # a name that is mistyped would leave every month open
    closed.unlink()
    with pytest.raises(UsageError, match="is no file: MEDFUND_CLOSED_MONTHS names the list of closed months"):
        read_closed_months(closed)


def test_months_of_a_period() -> None:
    assert months_of("2025YTD03") == months_of("2025YTD0320") == {"2025M01", "2025M02", "2025M03"}
    assert months_of("2025Q4") == {"2025M10", "2025M11", "2025M12"}
    assert len(months_of("2025H1")) == 6
    assert len(months_of("2024")) == 12
    assert months_of("all") == set()


def test_two_folders_with_one_delivery_and_different_content(claims: ClaimsDelivery, lake: Path) -> None:
    load(claims.write().folder, lake)
    other = ClaimsDelivery(claims.folder.with_name("sent_again"), claims.rows[:5]).write()
    other.sign({"setl_d.csv": 5}, lambda manifest: manifest.update(delivery=claims.folder.name))
    before = snapshot(lake)
    assert "revision 1 differs from what was loaded as revision 1" in refusal(other.folder, lake)
    assert snapshot(lake) == before
