"""The flow on a real Prefect server: every delivery on its own, and the exit code that it ends with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flows.errors import ExitCode, UsageError
from flows.ingest.flow import ingest, ingest_with_settings
from flows.ingest.lake import current_batches, loaded_batches
from flows.settings import get_settings
from tests.ingest.claims import ClaimsDelivery, settlement
from tests.ingest.deliveries import Load, assert_nothing_lost, small_delivery, snapshot

pytestmark = pytest.mark.usefixtures("prefect")


def _deliver(landing: Path, name: str, *, value: str = "1", twisted: bool = False) -> None:
    delivery = small_delivery(landing / name)
    delivery.figures[0]["value"] = value
    delivery.write()
    if twisted:
        delivery.edit_manifest(lambda m: m["files"][0].update(rows=99))


def test_refused_delivery_leaves_the_others_loaded(landing: Path, lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _deliver(landing, "a_good")
    _deliver(landing, "b_refused", twisted=True)
    _deliver(landing, "c_with_a_fault", value="[/]")
    report = ingest(landing, lake)
    assert [load.outcome for load in report.loads] == ["loaded", "refused", "loaded"]
    assert [load.delivery_id for load in report.loaded] == ["a_good", "c_with_a_fault"]
    assert [load.folder.name for load in report.refused] == ["b_refused"]
    assert report.exit_code == ExitCode.DELIVERY_REFUSED == 3
    for load in report.loaded:
        assert_nothing_lost(load.folder, Load(load, lake))
    shown = capsys.readouterr().err
    assert "loaded   a_good revision 1: 14 rows" in shown
    assert f"refused  {landing}/b_refused/figures.csv: 12 rows, the manifest says 99" in shown
    assert f"put aside  {landing}/c_with_a_fault/figures.csv, line 2, column value: '[/]' does not parse" in shown


def test_exit_codes_tell_what_is_to_be_done_until_it_is_done(
    landing: Path, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _deliver(landing, "a_good")
    report = ingest(landing, lake)
    assert (report.exit_code, report.exit_code.value) == (ExitCode.OK, 0)

    _deliver(landing, "b_with_a_fault", value="12.3.4")
    assert ingest(landing, lake).exit_code == ExitCode.ROWS_QUARANTINED == 4
    before = snapshot(lake)
    again = ingest(landing, lake)
    assert (again.exit_code, again.quarantined, again.loaded) == (ExitCode.ROWS_QUARANTINED, 1, [])
    assert snapshot(lake) == before
    assert "nothing new in 2 of 2 deliveries" in capsys.readouterr().err

    mended = small_delivery(landing / "b_with_a_fault")
    mended.revision = 2
    mended.write()
    report = ingest(landing, lake)
    assert (report.exit_code, report.quarantined) == (ExitCode.OK, 0)


def test_deliveries_of_one_code_are_loaded_one_after_the_other(landing: Path, lake: Path) -> None:
    """Others are loaded beside them, two at a time."""
    for revision in (1, 2, 3):
        delivery = small_delivery(landing / f"a_{revision}")
        delivery.revision = revision
        delivery.write()
        delivery.edit_manifest(lambda m: m.update(delivery="a"))
    for name in ("b", "c", "d"):
        _deliver(landing, name)
    report = ingest(landing, lake)
    assert [load.outcome for load in report.loads] == ["loaded"] * 6
    assert [load.folder.name for load in report.loads] == ["a_1", "a_2", "a_3", "b", "c", "d"]
    batches = loaded_batches(lake)
    assert [batch.revision for batch in batches if batch.delivery_id == "a"] == [1, 2, 3]
    assert {(b.delivery_id, b.revision) for b in current_batches(batches)} == {("a", 3), ("b", 1), ("c", 1), ("d", 1)}


def test_landing_folder_without_deliveries(landing: Path, lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landing.mkdir(exist_ok=True)
    (landing / "figures.csv").write_text("", encoding="utf-8")
    (landing / "shandan" / "not_yet_there").mkdir(parents=True)
    report = ingest(landing, lake)
    assert (report.loads, report.exit_code) == ([], ExitCode.OK)
    said = capsys.readouterr().err
    assert f"no delivery under {landing}" in said
    assert f"no delivery in {landing / 'shandan' / 'not_yet_there'}: the folder is empty" in said
    assert "files outside of a delivery's folder: figures.csv" in said
    for none in (landing / "nosuch", landing / "figures.csv"):
        with pytest.raises(UsageError, match="is no folder; MEDFUND_LANDING names the one"):
            ingest(none, lake)


def test_folders_come_from_the_settings(landing: Path, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _deliver(landing, "a_good")
    monkeypatch.setenv("MEDFUND_LANDING", str(landing))
    monkeypatch.setenv("MEDFUND_LAKE", str(lake))
    get_settings.cache_clear()
    try:
        assert [load.delivery_id for load in ingest_with_settings().loaded] == ["a_good"]
    finally:
        get_settings.cache_clear()
    assert snapshot(lake)


def test_deliveries_of_one_code_are_loaded_by_their_revisions(landing: Path, lake: Path) -> None:
    """Whatever their folders are called; `medfund ingest` ends well, and again."""
    for name, revision in (("a_corrected", 2), ("a_late", 3), ("a_original", 1)):
        delivery = small_delivery(landing / name)
        delivery.revision = revision
        delivery.write().edit_manifest(lambda m: m.update(delivery="a"))
    _deliver(landing, "a_another")
    report = ingest(landing, lake)
    assert [(load.folder.name, load.outcome) for load in report.loads] == [
        (name, "loaded") for name in ("a_another", "a_corrected", "a_late", "a_original")
    ]
    batches = loaded_batches(lake)
    assert [(b.delivery_id, b.revision) for b in batches] == [("a_another", 1), ("a", 1), ("a", 2), ("a", 3)]
    assert [ingest(landing, lake).exit_code for _ in range(2)] == [ExitCode.OK] * 2
    small_delivery(landing / "a_z").write().edit_manifest(lambda m: m.update(delivery="a", note="sent again"))
    assert [load.folder.name for load in ingest(landing, lake).refused] == ["a_z"]


def test_deliveries_count_as_loaded_in_the_order_of_their_folders(claims: ClaimsDelivery, landing: Path, lake: Path) -> None:
    """A small correction that comes with a large old delivery is read long before it, and is the later one all the same."""
    claims.rows = [settlement(number) for number in range(20_000)]
    claims.rows[0]["medfee_sumamt"] = "１０００．００"  # a closer look, row by row
    claims.totals = False
    claims.write()
    folders = [claims.folder.name]
    for name in ("shandan_settlements_202506_more", "shandan_settlements_202506_x"):
        ClaimsDelivery(landing / name, rows=[settlement(5, hifp_pay="1.00")]).write()
        folders.append(name)
    before = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)
    report = ingest(landing, lake)
    assert [load.outcome for load in report.loads] == ["loaded"] * 3
    batches = loaded_batches(lake)  # in the order of `loaded_at`
    assert [batch.delivery_id for batch in batches] == folders
    assert before <= batches[0].loaded_at < batches[1].loaded_at < batches[2].loaded_at
    assert (batches[2].loaded_at - batches[0].loaded_at).total_seconds() < 1
