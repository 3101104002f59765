"""A delivery that cannot be trusted is refused as a whole, with a message that says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.errors import DeliveryRefusedError, MedfundError, UsageError
from flows.ingest.manifest import find_deliveries
from flows.ingest.write_manifest import write_manifest
from tests.ingest.deliveries import SmallDelivery, load, refusal


def test_small_delivery_loads_as_it_is(delivery: SmallDelivery, lake: Path) -> None:
    loaded = load(delivery.write(), lake)
    assert loaded.report.outcome == "loaded"
    assert loaded.quarantine == []
    assert [row["value"] for row in loaded.rows()] == [row["value"] for row in delivery.figures]
    assert len(loaded.rows("documents")) == len(loaded.rows("tables")) == 1


def test_missing_manifest(delivery: SmallDelivery, lake: Path) -> None:
    delivery.write()
    (delivery.folder / "manifest.yml").unlink()
    message = refusal(delivery, lake)
    assert f"{delivery.folder}: there is no manifest.yml" in message
    assert f"`medfund manifest {delivery.folder} …`" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"files: [unclosed", "not readable as YAML"),
        ("note: 晋城市".encode("gb18030"), "not readable as YAML in UTF-8"),
        (b"", "manifest: Input should be a valid dictionary"),
        (b"- figures.csv", "manifest: Input should be a valid dictionary"),
        (b"just words", "manifest: Input should be a valid dictionary"),
    ],
    ids=["syntax", "gb18030", "empty", "list", "words"],
)
def test_manifest_that_is_not_yaml(delivery: SmallDelivery, lake: Path, content: bytes, said: str) -> None:
    delivery.write()
    manifest = delivery.folder / "manifest.yml"
    manifest.write_bytes(content)
    message = refusal(delivery, lake)
    assert message.startswith(f"{manifest}: ")
    assert said in message
    assert "`medfund manifest" in message


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda manifest: manifest.pop(name)


def _file(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda manifest: manifest["files"][0].update(values)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        *[(_without(name), [f"{name}: Field required"]) for name in ("delivery", "source", "sent_on", "files")],
        (lambda m: m["files"][1].pop("rows"), ["files.1.rows: Field required"]),
        (lambda m: m.update(sender="x"), ["sender: Extra inputs are not permitted, not 'x'"]),
        (lambda m: m.update(period=2026), ["period: Input should be a valid string, not 2026"]),
        (lambda m: m.update(revision=0), ["revision: ", "greater than or equal to 1, not 0"]),
        (lambda m: m.update(sent_on="April"), ["sent_on: Input should be a valid date", "'April'"]),
        (lambda m: m.update(delivery="晋城 2026"), ["delivery: String should match", "'晋城 2026'"]),
        (lambda m: m.update(files=[]), ["files: List should have at least 1 item"]),
        (_file(name="../figures.csv"), ["files.0.name: String should match", "'../figures.csv'"]),
        (_file(sha256="abc"), ["files.0.sha256: String should match", "'abc'"]),
        (_file(rows=-1), ["files.0.rows: ", "greater than or equal to 0, not -1"]),
        (
            _file(control_totals={"value": 0.3}),
            ["files.0.control_totals: the control total of value must stand in quotes: '0.3'"],
        ),
        (_file(control_totals={"value": "much"}), ["files.0.control_totals.value: ", "'much'"]),
        (_file(control_totals={"value": "NaN"}), ["files.0.control_totals.value: ", "'NaN'"]),
        (_file(name="tables.csv"), ["files: tables.csv is listed twice"]),
        (
            lambda m: m.update(source="national"),
            ["source 'national' has no contract; there are: ", "published"],
        ),
        (
            _file(table="claims"),
            ["figures.csv is for table 'claims'; published has: documents, figures, tables"],
        ),
        (
            _file(control_totals={"unit": "1"}),
            ["figures.csv has a control total of unit; columns with numbers are: ", "seq, value"],
        ),
    ],
)
def test_manifest_that_does_not_say_what_it_must(
    delivery: SmallDelivery, lake: Path, edit: Callable[[dict[str, Any]], Any], said: list[str]
) -> None:
    message = refusal(delivery.write().edit_manifest(edit), lake)
    assert message.startswith(f"{delivery.folder / 'manifest.yml'}: ")
    for part in said:
        assert part in message


def test_every_fault_of_a_manifest_is_named_at_once(delivery: SmallDelivery, lake: Path) -> None:
    message = refusal(delivery.write().edit_manifest(lambda m: (m.pop("region"), m.update(revision="two"))), lake)
    assert "region: Field required" in message
    assert "revision: Input should be a valid integer" in message
    assert "'two'" in message


def test_hash_mismatch(delivery: SmallDelivery, lake: Path) -> None:
    delivery.write()
    listed = delivery.sha256("figures")
    delivery.path().write_bytes(delivery.path().read_bytes().replace(b"252675", b"252676"))
    message = refusal(delivery, lake)
    assert message.startswith(f"{delivery.folder}: figures.csv has SHA-256 {delivery.sha256('figures')}")
    assert f"the manifest says {listed}" in message
    assert "ask the sender for the delivery again" in message


@pytest.mark.parametrize("said", [11, 13])
def test_wrong_row_count(delivery: SmallDelivery, lake: Path, said: int) -> None:
    message = refusal(delivery.write().edit_manifest(_file(rows=said)), lake)
    assert f"{delivery.path()}: 12 rows, the manifest says {said}" in message
    assert "ask the sender" in message


def test_wrong_control_total(delivery: SmallDelivery, lake: Path) -> None:
    delivery.write()
    actual = yaml.safe_load((delivery.folder / "manifest.yml").read_text())["files"][0]["control_totals"]["value"]
    message = refusal(delivery.edit_manifest(_file(control_totals={"value": "1000000.01"})), lake)
    assert f"{delivery.path()}, column value: the values sum to {actual}" in message
    assert "the manifest's control total is 1000000.01" in message
    assert "ask the sender which is right" in message


def test_control_total_is_exact_beyond_28_digits(delivery: SmallDelivery, lake: Path) -> None:
    for row in delivery.figures:
        row["value"] = "99999999999999999999.99999999"
    delivery.write().edit_manifest(_file(control_totals={"value": "1199999999999999999999.99999987"}))
    assert "sum to 1199999999999999999999.99999988" in refusal(delivery, lake)
    delivery.edit_manifest(_file(control_totals={"value": "1199999999999999999999.99999988"}))
    assert load(delivery, lake).report.outcome == "loaded"


def test_control_total_is_not_compared_where_a_number_cannot_be_read(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[2]["value"] = "12.3.4"
    loaded = load(delivery.write().edit_manifest(_file(control_totals={"value": "5"})), lake)
    assert loaded.rows("files", "ingest")[0]["control_totals"] == "value: not compared, 1 values cannot be read"


def test_file_that_is_not_in_the_manifest(delivery: SmallDelivery, lake: Path) -> None:
    delivery.write()
    (delivery.folder / "extra.csv").write_text("a\n1\n")
    message = refusal(delivery, lake)
    assert f"{delivery.folder}: extra.csv is in the folder but not in the manifest" in message
    assert "`medfund manifest" in message


def test_file_of_the_manifest_that_is_not_in_the_folder(delivery: SmallDelivery, lake: Path) -> None:
    delivery.write()
    delivery.path("tables").unlink()
    message = refusal(delivery, lake)
    assert f"{delivery.folder}: tables.csv is in the manifest but not in the folder" in message
    assert "ask the sender for the delivery again" in message


def test_every_folder_with_files_is_a_delivery_and_hidden_files_are_none(landing: Path) -> None:
    for name in ("b/manifest.yml", "a/deep/figures.csv", "c/.DS_Store", "README"):
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert find_deliveries(landing) == [landing / "a" / "deep", landing / "b"]


def test_written_manifest_is_one_that_the_loader_trusts(delivery: SmallDelivery, lake: Path) -> None:
    delivery.figures[0]["value"] = "１,０００．50"
    delivery.write()
    by_hand = yaml.safe_load((delivery.folder / "manifest.yml").read_text())
    written = write_manifest(
        delivery.folder,
        source="published",
        region="jincheng",
        period="2026",
        sent_on=dt.date(2026, 4, 16),
    )
    by_tool = yaml.safe_load(written.read_text(encoding="utf-8"))
    total = by_tool["files"][1]["control_totals"].pop("value")
    assert total.endswith(".5")
    by_name = {file["name"]: file for file in by_hand["files"]}
    assert {file["name"]: file for file in by_tool["files"]} == by_name
    loaded = load(delivery, lake)
    assert loaded.report.outcome == "loaded"
    assert f"value: {total}" in [row["control_totals"] for row in loaded.rows("files", "ingest")]


def test_manifest_is_not_written_over_a_number_that_cannot_be_read(delivery: SmallDelivery) -> None:
    delivery.figures[4]["value"] = "12.3.4"
    delivery.write()
    with pytest.raises(DeliveryRefusedError, match=r"figures\.csv, column value: line 6: '12\.3\.4'") as caught:
        write_manifest(delivery.folder, source="published", region="jincheng", period="2026")
    assert "expected a number such as 1234.5" in str(caught.value)


def test_manifest_needs_a_source_names_of_tables_and_a_code(delivery: SmallDelivery, landing: Path) -> None:
    delivery.write()
    with pytest.raises(MedfundError, match=r"source 'national' has no contract; there are: .*published"):
        write_manifest(delivery.folder, source="national", region="jincheng", period="2026")
    delivery.path().rename(delivery.folder / "数字.csv")
    with pytest.raises(MedfundError, match=r"数字\.csv: a file is named after its table: documents, tables, figures"):
        write_manifest(delivery.folder, source="published", region="jincheng", period="2026")
    (delivery.folder / "manifest.yml").unlink()
    folder = delivery.folder.rename(landing / "晋城")
    with pytest.raises(MedfundError, match="'晋城' cannot be the code of a delivery"):
        write_manifest(folder, source="published", region="jincheng", period="2026")


def test_manifest_of_a_correction_keeps_the_code_the_note_and_the_mark_of_what_is_synthetic(delivery: SmallDelivery) -> None:
    """A folder that was copied to be corrected has another name: it is not another delivery."""
    delivery.write().edit_manifest(lambda m: m.update(synthetic=True, note="made up"))
    code = yaml.safe_load((delivery.folder / "manifest.yml").read_text(encoding="utf-8"))["delivery"]
    folder = delivery.folder.rename(delivery.folder.with_name("corrected"))
    written = write_manifest(folder, source="published", region="jincheng", period="2026", revision=2)
    content = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert (content["delivery"], content["revision"], content["synthetic"], content["note"]) == (code, 2, True, "made up")
    write_manifest(folder, source="published", region="jincheng", period="2026", delivery="other", note="", synthetic=False)
    content = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert (content["delivery"], content["synthetic"], content["note"]) == ("other", False, "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"region": "atlantis"}, "region 'atlantis': expected a code of seeds/dimensions/dim_regions.csv"),
        ({"region": "140500"}, "region '140500'"),
        ({"period": "2025-07"}, "period '2025-07': expected a code such as 2025, 2025H1"),
        ({"period": "2025m05"}, "period '2025m05'"),
        ({"period": "2025M13"}, "period '2025M13'"),
    ],
)
def test_region_and_period_are_codes(delivery: SmallDelivery, lake: Path, said: dict[str, str], words: str) -> None:
    """Months are closed by them: one that is written otherwise would slip through."""
    with pytest.raises(UsageError) as caught:
        write_manifest(delivery.write().folder, source="published", **({"region": "jincheng", "period": "2026"} | said))
    assert words in str(caught.value)
    assert words in refusal(delivery.edit_manifest(lambda m: m.update(said)), lake)


def test_manifest_of_nothing_is_a_wrong_use(delivery: SmallDelivery, landing: Path) -> None:
    of_nothing = {"source": "published", "region": "jincheng", "period": "2026"}
    with pytest.raises(UsageError, match="is no folder"):
        write_manifest(landing / "nosuch", **of_nothing)
    (landing / "empty").mkdir(parents=True)
    with pytest.raises(UsageError, match="there is no file"):
        write_manifest(landing / "empty", **of_nothing)
    with pytest.raises(UsageError, match="revision 0; the first is 1"):
        write_manifest(delivery.write().folder, revision=0, **of_nothing)
