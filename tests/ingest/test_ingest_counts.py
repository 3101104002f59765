"""Properties over random rows: numbers come through exactly, nothing is lost, no text makes it crash."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from decimal import Context, Decimal
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.contract import load_contracts
from flows.errors import DeliveryRefusedError
from flows.ingest.manifest import ManifestFile
from flows.ingest.read_file import open_file, stage_file
from flows.ingest.rows import CarefulFile, FileReport, check_rows, new_quarantine
from flows.ingest.staging import new_delivered
from flows.ingest.workspace import Workspace
from tests.ingest.deliveries import JINCHENG, as_csv, read_csv

FIGURES = load_contracts()["published"]["figures"]
REAL = read_csv(JINCHENG / "figures.csv")
CONNECTION = duckdb.connect()
EXACT = Context(prec=60)
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}

WIDE = str.maketrans("0123456789.,+-", "０１２３４５６７８９．，＋－")
SPACES = st.text(" \t　", max_size=2)


@st.composite
def printed_numbers(draw: st.DrawFn) -> tuple[str, Decimal]:
    """Draw a number and a way in which a person may have written it."""
    whole = str(draw(st.integers(0, 10 ** draw(st.integers(1, 20)) - 1)))
    fraction = draw(st.text("0123456789", max_size=8))
    sign = draw(st.sampled_from(["", "", "-", "+"]))
    point = f".{fraction}" if fraction else ""
    written = sign + (f"{int(whole):,}" if draw(st.booleans()) else whole) + point
    wide = draw(st.sets(st.sampled_from(written)))
    written = "".join(char.translate(WIDE) if char in wide else char for char in written)
    return draw(SPACES) + written + draw(SPACES), Decimal(f"{sign}{whole}{point}")


def _check(content: bytes, rows: int | None, total: Decimal | None = None) -> FileReport:
    """Read and check a file; `rows` is what its manifest says, None for what is there."""
    new_delivered(CONNECTION, FIGURES)
    new_quarantine(CONNECTION)
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder)) as workspace:
        path = Path(folder, "figures.csv")
        path.write_bytes(content)
        read = stage_file(CONNECTION, open_file(path, FIGURES, workspace), workspace, 0)
        said = ManifestFile(
            name=path.name,
            table="figures",
            rows=read.rows if rows is None else rows,
            sha256="0" * 64,
            control_totals={} if total is None else {"value": total},
        )
        target = Path(folder, "accepted.parquet")
        (report,) = check_rows(CONNECTION, FIGURES, [CarefulFile(0, path, said, read)], dt.date(2026, 1, 1), target)
        CONNECTION.execute(f"create or replace temp table accepted as from '{target}'")
    return report


def _column(query: str) -> list:
    return [row[0] for row in CONNECTION.execute(query).fetchall()]


@settings(max_examples=12, **SLOW)
@given(st.lists(printed_numbers(), min_size=1, max_size=60))
def test_number_written_in_any_plain_way_is_read_exactly(numbers: list[tuple[str, Decimal]]) -> None:
    rows = [list((REAL[0] | {"seq": str(seq), "value": text}).values()) for seq, (text, _) in enumerate(numbers)]
    total = Decimal(0)
    for _, number in numbers:
        total = EXACT.add(total, number)
    report = _check(as_csv(list(REAL[0]), rows).encode(), len(rows), total)
    assert report.quarantined == 0
    assert _column("select value_number from accepted order by seq") == [number for _, number in numbers]
    decimals = [-number.as_tuple().exponent for _, number in numbers]
    assert _column("select value_decimals from accepted order by seq") == decimals


def _assert_nothing_lost(report: FileReport) -> None:
    kept, aside = _column("select source_line from accepted"), _column("select source_line from quarantine")
    assert len(kept) == len(set(kept)) == report.loaded
    assert len(set(aside)) == report.quarantined
    assert not set(kept) & set(aside)
    assert report.loaded + report.quarantined == report.rows


TEXTS = st.one_of(
    st.text(max_size=12),
    st.text("0123456789.,-+ ％%'\"\\\r\n\t\x00—[]{}/", max_size=12),
    st.sampled_from(["", "NULL", "\ufeff", "'; drop table delivered; --", "\x1a", "\\N", "${x}", "{0}"]),
)
CHANGES = st.dictionaries(st.sampled_from(list(REAL[0])), TEXTS, max_size=4)


def _rows(changes: list[dict[str, str]]) -> bytes:
    rows = [list((REAL[number % len(REAL)] | {"seq": str(number)} | change).values()) for number, change in enumerate(changes)]
    return as_csv(list(REAL[0]), rows, csv.QUOTE_ALL).encode()


@settings(max_examples=12, **SLOW)
@given(st.lists(CHANGES, min_size=1, max_size=40))
def test_no_text_in_any_column_makes_a_row_disappear(changes: list[dict[str, str]]) -> None:
    _assert_nothing_lost(_check(_rows(changes), len(changes)))


@settings(max_examples=12, **SLOW)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_text_comes_through_unchanged_but_for_spaces_around_it(texts: list[str]) -> None:
    report = _check(_rows([{"row_label": text} for text in texts]), len(texts))
    assert report.quarantined == 0
    labels = _column("select row_label from accepted order by seq")
    assert labels == [text.strip(" \t\r\n　") or None for text in texts]


@settings(max_examples=12, **SLOW)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=30), max_size=20))
def test_records_of_any_length_are_counted(records: list[list[str]]) -> None:
    text = as_csv(list(REAL[0]), records, csv.QUOTE_ALL)
    _assert_nothing_lost(_check(text.encode(), len(records)))


HEADER = ",".join(REAL[0]).encode() + b"\n"
CONTENT = (JINCHENG / "figures.csv").read_bytes()[:6000]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """Draw a real file with a few spans of bytes overwritten, or any bytes, with a header or without."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([b"", HEADER])) + draw(st.binary(max_size=200))
    content = bytearray(CONTENT)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=6) | st.sampled_from([b'"', b"\n", b","]))
    return bytes(content)


@settings(max_examples=60, **SLOW)
@given(damaged_files())
def test_damaged_file_is_refused_or_counted(content: bytes) -> None:
    try:
        report = _check(content, rows=None)
    except DeliveryRefusedError as error:
        refused = str(error)
    else:
        refused = "figures.csv"
        _assert_nothing_lost(report)
    assert "figures.csv" in refused
