"""Names and certificate numbers under the heading of an id: they are put aside, and neither the lake nor a message has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.claims import NAMES, ClaimsDelivery, as_delimited, lake_bytes
from tests.ingest.deliveries import load

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _certificate(number: int) -> str:
    """Return a certificate number with its check digit, as GB 11643 has it."""
    digits = f"62072519800101{number:03}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


CERTIFICATES = [_certificate(number) for number in range(12)]
IDS = ["S1", "620725202506070001", "a3f1-90b2_11.c:7", "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "62072500000000000001"]
NO_IDS = ["赵丹霞", "SMITH", "Li Hua", "结算1", "S 1", "１２３４５６７８９０１", "139 0000 0001", *CERTIFICATES[:3]]


def test_certificates_of_the_test_end_with_x_too() -> None:
    assert {certificate[-1] for certificate in CERTIFICATES} > {"X", "0"}


@pytest.mark.parametrize("other", ["psn_name", "certno"])
@pytest.mark.parametrize("heading", ["setl_id", "mdtrt_id", "init_setl_id"])
def test_headings_exchanged_bring_no_person_into_the_lake(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str], heading: str, other: str
) -> None:
    for row, certificate in zip(claims.rows, CERTIFICATES, strict=True):
        row["certno"] = certificate
        row[heading], row[other] = row[other], row[heading]
    loaded = load(claims.write().folder, lake)
    assert loaded.rows("setl_d", "platform") == []
    faults = [f for f in loaded.quarantine if f["reason"] == "is no identifier"]
    assert [f["source_line"] for f in faults] == list(range(2, 14))
    assert {(f["column_name"], f["value"]) for f in faults} == {(heading, "(not shown)")}
    assert all(f["expected"].startswith("an id: Latin letters, digits") for f in faults)
    said = capfd.readouterr()
    left = lake_bytes(lake) + said.out + said.err
    assert [value for value in (*NAMES, *CERTIFICATES) if value in left] == []


@pytest.mark.parametrize(("value", "is_id"), [(v, True) for v in IDS] + [(v, False) for v in NO_IDS])
@pytest.mark.parametrize("column", ["setl_id", "mdtrt_id"])
def test_what_an_id_may_be(claims: ClaimsDelivery, lake: Path, column: str, value: str, is_id: bool) -> None:
    claims.rows[3][column] = value
    loaded = load(claims.write().folder, lake)
    assert (value in lake_bytes(lake)) == is_id
    assert [(f["source_line"], f["column_name"], f["value"]) for f in loaded.quarantine] == (
        [] if is_id else [(5, column, "(not shown)")]
    )


def test_dash_in_the_place_of_an_id_that_may_be_missing(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[3]["init_setl_id"] = "—"
    assert load(claims.write().folder, lake).quarantine == []


def test_ids_of_division_day_and_number_are_no_certificates(claims: ClaimsDelivery, lake: Path) -> None:
    """One in eleven has the right check digit by chance."""
    for number, row in enumerate(claims.rows):
        row["setl_id"] = f"62072520250607{number + 40:04}"
    assert load(claims.write().folder, lake).quarantine == []


def test_key_that_is_empty_shows_that(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows[3]["setl_id"] = " "
    (fault,) = load(claims.write().folder, lake).quarantine
    assert (fault["value"], fault["reason"]) == (" ", "is empty")


@pytest.mark.parametrize("value", ["S000004", "62072500000000000001", "620725-2025-0001"])
def test_key_that_stands_twice_is_shown(claims: ClaimsDelivery, lake: Path, value: str) -> None:
    claims.rows[3]["setl_id"] = claims.rows[4]["setl_id"] = value
    faults = load(claims.write().folder, lake).quarantine
    assert [(f["value"], f["reason"]) for f in faults] == [(value, "stands twice")] * 2
    assert {json.loads(f["row_text"])["setl_id"] for f in faults} == {value}


@pytest.mark.parametrize("value", [NAMES[0], CERTIFICATES[0], "13900000001", "620725800101001"])
def test_key_of_a_person_that_stands_twice_is_not_shown(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str], value: str
) -> None:
    rows = [row | {"psn_name": "", "certno": "", "memo": ""} for row in claims.rows]
    rows[3]["setl_id"] = rows[4]["setl_id"] = value
    loaded = load(claims.write(text=as_delimited(rows)).folder, lake)
    assert {(f["source_line"], f["value"]) for f in loaded.quarantine} == {(5, "(not shown)"), (6, "(not shown)")}
    said = capfd.readouterr()
    assert value not in lake_bytes(lake) + said.out + said.err
