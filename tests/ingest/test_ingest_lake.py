"""What a load leaves in the lake: the same again, corrections, killed runs, code lists that changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import yaml

from flows import contract
from flows.errors import ContractError
from flows.ingest.lake import current_batches, loaded_batches
from flows.settings import PROJECT_DIR, get_settings
from tests.ingest.deliveries import SmallDelivery, batch_rows, load, refusal, small_delivery, snapshot

RENAMES = 6  # documents, figures and tables; the loader's files and quarantine; last, deliveries


def test_same_delivery_again_changes_no_file(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[2]["value"] = "12.3.4"  # quarantined rows are no reason to read again either
    load(delivery.write(), lake)
    before = snapshot(lake)
    assert len(before) == RENAMES
    for _ in range(2):
        again = load(delivery, lake)
        assert (again.report.outcome, again.report.delivery_id) == ("nothing new", "jincheng")
        assert snapshot(lake) == before
    assert list((lake / ".incoming").iterdir()) == []


def test_same_delivery_in_another_folder_is_nothing_new(delivery: SmallDelivery, landing: Path, lake: Path) -> None:
    load(delivery.write(), lake)
    copy = shutil.copytree(delivery.folder, landing / "sent_again")
    assert load(copy, lake).report.outcome == "nothing new"


def test_files_with_a_new_date_and_the_same_content_are_nothing_new(delivery: SmallDelivery, lake: Path) -> None:
    load(delivery.write(), lake)
    delivery.path().touch()
    assert load(delivery, lake).report.outcome == "nothing new"


def test_correction_supersedes_and_the_old_batch_stays_readable(delivery: SmallDelivery, lake: Path) -> None:
    old = load(delivery.write(), lake)
    before, old_batch, old_rows = snapshot(lake), old.batch, old.rows()
    delivery.figures[0]["value"] = "1"
    delivery.revision = 2
    new = load(delivery.write(), lake)
    assert new.report.outcome == "loaded"
    assert new.rows()[0]["value"] == "1"
    assert [batch.batch_id for batch in loaded_batches(lake)] == [old_batch.batch_id, new.batch.batch_id]
    assert [batch.revision for batch in current_batches(loaded_batches(lake))] == [2]
    assert batch_rows(lake, old_batch.batch_id, "figures") == old_rows
    assert before.items() <= snapshot(lake).items()


def test_earlier_revision_that_lies_there_again_does_not_take_over(delivery: SmallDelivery, lake: Path) -> None:
    load(delivery.write(), lake)
    delivery.figures[0]["value"] = "1"
    delivery.revision = 2
    load(delivery.write(), lake)
    delivery.tables = small_delivery(delivery.folder).tables
    delivery.revision = 1
    assert load(delivery.write(), lake).report.outcome == "nothing new"
    assert [batch.revision for batch in current_batches(loaded_batches(lake))] == [2]


def test_revisions_may_come_at_once_and_out_of_order(landing: Path, lake: Path) -> None:
    for folder, revision in (("a", 3), ("b", 5)):
        sent = small_delivery(landing / folder)
        sent.revision = revision
        sent.figures[0]["value"] = str(revision)
        sent.write().edit_manifest(lambda m: m.update(delivery="jincheng"))
        assert load(sent, lake).report.outcome == "loaded"
    assert [batch.revision for batch in current_batches(loaded_batches(lake))] == [5]


def test_lower_revision_that_comes_later_is_kept_and_does_not_count(
    delivery: SmallDelivery, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery.revision = 3
    load(delivery.write(), lake)
    late = small_delivery(delivery.folder.with_name("sent_late"))
    late.revision = 2
    late.figures[0]["value"] = "1"
    late.write().edit_manifest(lambda m: m.update(delivery="jincheng"))
    loaded = load(late, lake)
    assert (loaded.report.outcome, loaded.batch.revision, loaded.rows()[0]["value"]) == ("loaded", 2, "1")
    assert [batch.revision for batch in current_batches(loaded_batches(lake))] == [3]
    assert "superseded jincheng revision 2: it came after revision 3, which counts" in capsys.readouterr().err
    assert [load(sent, lake).report.outcome for sent in (late, delivery)] == ["nothing new"] * 2


def test_refused_revision_is_no_error_any_more_once_its_correction_is_loaded(
    delivery: SmallDelivery, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery.write().edit_manifest(lambda m: m["files"][0].update(rows=99))
    message = refusal(delivery, lake)
    correction = small_delivery(delivery.folder.with_name("correction"))
    correction.revision = 2
    load(correction.write().edit_manifest(lambda m: m.update(delivery="jincheng")), lake)
    capsys.readouterr()
    report = load(delivery, lake).report
    assert (report.outcome, report.error) == ("nothing new", message)
    assert f"superseded by revision 2 and not kept: {message}" in capsys.readouterr().err
    assert [batch.revision for batch in loaded_batches(lake)] == [2]


def test_lower_revision_that_comes_later_changes_no_closed_month(
    delivery: SmallDelivery, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.revision = 2
    load(delivery.write(), lake)
    closed = tmp_path / "closed.csv"
    closed.write_text("region,month,closed_on,note\njincheng,2026M01,2026-02-10,\n")
    monkeypatch.setattr(get_settings(), "closed_months", closed)
    delivery.figures[0]["value"] = "1"
    delivery.revision = 1
    assert load(delivery.write(), lake).report.outcome == "loaded"
    delivery.revision = 3
    assert "2026M01 (closed on 2026-02-10)" in refusal(delivery.write(), lake)


@pytest.mark.parametrize(("loaded", "sent"), [([1], 1), ([2], 2), ([1, 2], 1)])
def test_changed_content_of_the_same_revision_is_refused(
    delivery: SmallDelivery, lake: Path, loaded: list[int], sent: int
) -> None:
    for revision in loaded:
        delivery.revision = revision
        load(delivery.write(), lake)
    delivery.figures[0]["value"] = "1"
    delivery.revision = sent
    message = refusal(delivery.write(), lake)
    assert f"{delivery.folder}: delivery jincheng revision {sent} differs from what was loaded as revision {sent}" in message
    assert f"set `revision: {loaded[-1] + 1}` in its manifest" in message


def test_batch_is_later_than_those_of_the_lake_though_the_clock_was_set_back(landing: Path, lake: Path) -> None:
    first = load(small_delivery(landing / "a").write(), lake).batch
    (register,) = (lake / "ingest" / "deliveries" / f"batch_id={first.batch_id}").iterdir()
    query = f"select * replace (timestamp '2999-01-01' as loaded_at) from read_parquet('{register}', hive_partitioning=false)"
    later = register.with_name("later.parquet")
    duckdb.execute(f"copy ({query}) to '{later}' (format parquet)")
    later.rename(register)
    load(small_delivery(landing / "b").write(), lake)
    assert [(b.delivery_id, str(b.loaded_at)) for b in loaded_batches(lake)] == [
        ("a", "2999-01-01 00:00:00"),
        ("b", "2999-01-01 00:00:00.000001"),
    ]


def test_file_that_was_changed_after_the_load_is_told(delivery: SmallDelivery, lake: Path) -> None:
    load(delivery.write(), lake)
    content = delivery.path().read_bytes()
    delivery.path().write_bytes(content.replace(b"252675", b"252676"))
    message = refusal(delivery, lake)
    assert f"{delivery.folder}: figures.csv was changed after it was loaded" in message
    assert "… --delivery jincheng --revision 2`, or put the old file back" in message
    delivery.path().write_bytes(content)
    assert load(delivery, lake).report.outcome == "nothing new"


def test_files_older_than_the_load_are_not_read_again(delivery: SmallDelivery, lake: Path) -> None:
    load(delivery.write(), lake)
    delivery.path().write_bytes(b"")  # would be told if it were read
    hour_ago = time.time() - 3600
    os.utime(delivery.path(), (hour_ago, hour_ago))
    assert load(delivery, lake).report.outcome == "nothing new"


def _add_code(seeds: Path, code: str) -> None:
    versions = seeds / "dimensions" / "dim_versions.csv"
    versions.write_text(versions.read_text(encoding="utf-8") + f"{code},测算,forecast,99,\n", encoding="utf-8")
    contract._read_seed.cache_clear()


def test_quarantined_rows_are_read_again_after_the_code_list_changed(delivery: SmallDelivery, lake: Path, seeds: Path) -> None:
    delivery.figures[3]["version"] = "forecast"
    first = load(delivery.write(), lake)
    assert [fault["value"] for fault in first.quarantine] == ["forecast"]
    assert load(delivery, lake).report.outcome == "nothing new"
    old, before = first.batch, snapshot(lake)

    _add_code(seeds, "forecast")
    again = load(delivery, lake)
    assert again.report.outcome == "loaded"
    assert again.quarantine == []
    assert len(again.rows()) == 12
    assert [batch.batch_id for batch in current_batches(loaded_batches(lake))] == [again.batch.batch_id]
    assert len(batch_rows(lake, old.batch_id, "figures")) == 11
    assert before.items() <= snapshot(lake).items()
    assert load(delivery, lake).report.outcome == "nothing new"


def test_whole_delivery_is_not_read_again_after_the_code_list_changed(delivery: SmallDelivery, lake: Path, seeds: Path) -> None:
    load(delivery.write(), lake)
    _add_code(seeds, "forecast")
    assert load(delivery, lake).report.outcome == "nothing new"


def test_code_list_that_is_as_it_was_before_reads_as_before(delivery: SmallDelivery, lake: Path, seeds: Path) -> None:
    """The batch of the first contract is in the lake already: it is written anew and counts again."""
    delivery.figures[3]["version"] = "forecast"
    delivery.figures[4]["version"] = "never"
    versions = seeds / "dimensions" / "dim_versions.csv"
    original = versions.read_bytes()
    first = load(delivery.write(), lake).batch
    _add_code(seeds, "forecast")
    second = load(delivery, lake)
    assert len(second.rows()) == 11
    versions.write_bytes(original)
    contract._read_seed.cache_clear()
    third = load(delivery, lake)
    assert third.batch.batch_id == first.batch_id
    assert [batch.batch_id for batch in current_batches(loaded_batches(lake))] == [first.batch_id]
    assert len(third.rows()) == 10


def test_label_or_description_is_no_reason_to_read_again() -> None:
    table = contract.load_contracts()["published"]["figures"]
    relabelled = table.model_copy(
        update={"columns": [column.model_copy(update={"label_zh": "别名"}) for column in table.columns]}
    )
    narrower = table.model_copy(update={"columns": [column.model_copy(update={"nullable": False}) for column in table.columns]})
    assert relabelled.fingerprint() == table.fingerprint() != narrower.fingerprint()


def test_code_list_saved_with_a_byte_order_mark_is_read(seeds: Path) -> None:
    codes = contract.load_contracts()["published"]["figures"].columns[9].codes
    before = codes.members()
    regions = seeds / "dimensions" / "dim_regions.csv"
    regions.write_bytes(b"\xef\xbb\xbf" + regions.read_bytes())
    contract._read_seed.cache_clear()
    assert codes.members() == before


def test_code_list_without_its_column_or_file_is_named(seeds: Path) -> None:
    codes = contract.Codes(seed="dim_regions", column="county")
    with pytest.raises(ContractError, match=r"'county' of .*dim_regions\.csv"):
        codes.members()
    with pytest.raises(ContractError, match="the seed 'dim_counties'; under seeds/ there are 0"):
        contract.Codes(seed="dim_counties", column="county").members()


def test_contract_that_contradicts_itself_is_named(tmp_path: Path) -> None:
    source = yaml.safe_load((contract.SOURCES_DIR / "published.yml").read_text(encoding="utf-8"))
    source["sources"][0]["tables"][0]["columns"][0]["config"]["meta"]["nulable"] = True
    path = tmp_path / "published.yml"
    path.write_text(yaml.safe_dump(source), encoding="utf-8")
    with pytest.raises(ContractError, match=r"published\.yml: source published: (.|\n)*nulable"):
        contract.load_contracts(tmp_path)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallDelivery, Path]:
    """Return a delivery with a row for quarantine, and lakes of runs killed before each of their renames."""
    folder = tmp_path_factory.mktemp("killed")
    delivery = small_delivery(folder / "jincheng")
    delivery.figures[2]["value"] = "12.3.4"
    delivery.write()
    script = Path(__file__).with_name("kill_at_each_rename.py")
    command = [sys.executable, str(script), str(delivery.folder), str(folder / "lakes"), str(RENAMES)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return delivery, folder / "lakes"


@pytest.mark.parametrize(
    ("lakes", "rename"), [*(("first", n) for n in range(1, RENAMES + 1)), ("again", 1), ("again", RENAMES)]
)
def test_killed_run_is_invisible_and_the_next_one_completes_it(
    killed: tuple[SmallDelivery, Path], lakes: str, rename: int
) -> None:
    delivery, folder = killed
    lake = folder / lakes / str(rename)
    in_place = [path for path in lake.glob("*/*/*/data.parquet") if ".incoming" not in path.parts]
    assert len(in_place) == (rename - 1 if lakes == "first" else RENAMES - 1 - (rename < RENAMES))
    assert loaded_batches(lake) == []
    loaded = load(delivery, lake)
    assert loaded.report.outcome == "loaded"
    assert len(loaded.rows()) == 11
    assert load(delivery, lake).report.outcome == "nothing new"


def test_run_that_nobody_killed_is_whole(killed: tuple[SmallDelivery, Path]) -> None:
    delivery, folder = killed
    assert load(delivery, folder / "first" / str(RENAMES + 1)).report.outcome == "nothing new"


def test_batch_without_its_register_entry_is_loaded_again(delivery: SmallDelivery, lake: Path) -> None:
    batch = load(delivery.write(), lake).batch
    shutil.rmtree(lake / "ingest" / "deliveries" / f"batch_id={batch.batch_id}")
    assert loaded_batches(lake) == []
    again = load(delivery, lake)
    assert again.report.outcome == "loaded"
    assert again.batch.batch_id == batch.batch_id
