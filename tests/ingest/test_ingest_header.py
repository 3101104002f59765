"""Headings that the contract does not know: named where they are headings, counted where a record of a person may stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import DeliveryRefusedError
from flows.ingest.write_manifest import write_manifest
from tests.ingest.claims import NAMES, ClaimsDelivery, Row, as_delimited, lake_bytes, write_json, write_parquet, write_xlsx
from tests.ingest.deliveries import load, refusal

PERSONAL = ("psn_no", "psn_insu_rlts_id", "psn_name", "certno", "memo")


def _assert_shows_nobody(said: str, rows: list[Row]) -> None:
    for row in rows:
        assert [name for name in PERSONAL if row[name] in said] == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "^"])
def test_file_without_its_header_shows_nothing_of_a_person(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str], delimiter: str
) -> None:
    lines = as_delimited(claims.rows, delimiter).split("\n", 1)[1]
    message = refusal(claims.write(text=lines).folder, lake)
    assert message.startswith(f"{claims.folder / 'setl_d.csv'}, line 1: ")
    assert "not shown" in message
    assert "models/sources/platform/settlements.yml" in message
    said = capfd.readouterr()
    _assert_shows_nobody(message + said.out + said.err, claims.rows)


def test_who_vouches_for_a_file_without_its_header_is_shown_nothing_of_a_person(claims: ClaimsDelivery) -> None:
    claims.folder.mkdir(parents=True)
    (claims.folder / "setl_d.csv").write_text(as_delimited(claims.rows).split("\n", 1)[1], encoding="utf-8")
    with pytest.raises(DeliveryRefusedError, match="headings that are not shown") as caught:
        write_manifest(claims.folder, source="platform", region="shandan", period="2025M06")
    _assert_shows_nobody(str(caught.value), claims.rows)


@pytest.mark.parametrize(("suffix", "write"), [("parquet", write_parquet), ("xlsx", write_xlsx), ("jsonl", write_json)])
def test_names_as_headings_of_other_formats_are_not_shown(
    claims: ClaimsDelivery, lake: Path, suffix: str, write: Callable[[Path, list[Row]], None]
) -> None:
    claims.folder.mkdir(parents=True)
    name = f"setl_d.{suffix}"
    write(claims.folder / name, [dict(zip(NAMES, list(row.values())[6:12], strict=True)) for row in claims.rows])
    message = refusal(claims.sign({name: 12}).folder, lake)
    assert "6 headings that are not shown" in message
    _assert_shows_nobody(message, claims.rows)


def test_record_that_has_run_into_the_header_is_not_shown(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The line break after the header is lost; all that is required is known, and the file is loaded."""
    header, first, *others = as_delimited(claims.rows).splitlines()
    width = header.count(",") + 1
    text = "\n".join([f"{header},{first}", *(line + "," * width for line in others)])
    claims.rows.pop(0)
    loaded = load(claims.write(text=text).folder, lake)
    assert len(loaded.rows("setl_d", "platform")) == 11
    said = capfd.readouterr()
    assert f"the contract does not know: {width} headings that are not shown" in said.err.replace("\n", " ")
    _assert_shows_nobody(lake_bytes(lake) + said.out + said.err, claims.rows)


def test_few_unknown_headings_of_a_header_are_named(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [row | {"省内标志": "1", "ext_2": ""} for row in claims.rows]
    loaded = load(claims.write(text=as_delimited(rows)).folder, lake)
    assert loaded.rows("files", "ingest")[0]["unknown_columns"] == "省内标志, ext_2"
    assert "the contract does not know: 省内标志, ext_2" in capfd.readouterr().err
    rows = [{name: value for name, value in row.items() if name != "setl_time"} for row in rows]
    claims.folder = claims.folder.with_name("shandan_settlements_202507")
    assert "Not known: 省内标志, ext_2." in refusal(claims.write(text=as_delimited(rows)).folder, lake)
