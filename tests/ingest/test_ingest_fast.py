"""The fast way gives what the careful way gives, or gives up; and the raw view tells the lines that it does not write."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import csv_file, fast, plain_lines
from flows.ingest.csv_file import LARGE as LARGE_TEXT
from flows.ingest.flow import ingest
from flows.ingest.header import Header
from flows.settings import Settings
from flows.transform.dbt import run_dbt
from tests.ingest.claims import ClaimsDelivery, as_delimited, settlement
from tests.ingest.deliveries import Load, batch_rows, load


def _is_fast(loaded: Load) -> bool:
    """Say whether a delivery came in, and the fast way: its lines are not written."""
    if loaded.report.outcome != "loaded":
        return False
    path = loaded.lake / "platform" / "setl_d" / f"batch_id={loaded.batch.batch_id}" / "*.parquet"
    return duckdb.execute(f"select bool_and(source_line is null) from read_parquet('{path}', union_by_name=true)").fetchone()[0]


def _both_ways(claims: ClaimsDelivery, folder: Path) -> tuple[Load, Load]:
    large = fast.LARGE
    try:
        fast.LARGE = 1 << 60
        careful = load(claims.folder, folder / "careful")
        fast.LARGE = 0
        return careful, load(claims.folder, folder / "fast")
    finally:
        fast.LARGE = large


def _same_rows(careful: Load, quick: Load) -> None:
    assert careful.quarantine == quick.quarantine
    ours, theirs = careful.rows("setl_d", "platform"), quick.rows("setl_d", "platform")
    assert [{name: row.get(name) for name in ours[0]} for row in theirs] == ours if ours else theirs == []


def test_plain_file_comes_in_the_fast_way_and_is_the_same(claims: ClaimsDelivery, tmp_path: Path) -> None:
    claims.rows = [settlement(number) for number in range(3000)]
    careful, quick = _both_ways(claims.write(), tmp_path)
    assert (_is_fast(careful), _is_fast(quick)) == (False, True)
    _same_rows(careful, quick)
    assert [row["source_line"] for row in quick.rows("setl_d", "platform")] == list(range(2, 3002))


@pytest.mark.parametrize(
    ("end", "delimiter", "encoding"),
    [("\r\n", ",", "utf-8"), ("\n", "\t", "utf-8-sig"), ("\n", "|", "gb18030"), ("", ",", "utf-8")],
)
def test_plain_files_of_other_kinds_come_in_the_fast_way(
    claims: ClaimsDelivery, tmp_path: Path, end: str, delimiter: str, encoding: str
) -> None:
    text = as_delimited(claims.rows, delimiter)
    text = text.replace("\n", end) if end else text.rstrip("\n")
    careful, quick = _both_ways(claims.write(text=text, encoding=encoding), tmp_path)
    assert _is_fast(quick)
    _same_rows(careful, quick)


@pytest.mark.parametrize(
    "change",
    [
        {"fixmedins_name": "两行\n名称"},
        {"fixmedins_name": " 前有空格"},
        {"fixmedins_name": "后有空格　"},
        {"medfee_sumamt": "1,001.00"},
        {"med_type": ""},
        {"vali_flag": "2"},
        {"brdy": "1899-12-31"},
        {"setl_id": "S000000"},
        {"setl_time": "2025/6/7 10:30:00"},
    ],
    ids=str,
)
def test_anything_odd_is_left_to_the_careful_way(claims: ClaimsDelivery, tmp_path: Path, change: dict[str, str]) -> None:
    claims.rows[3] |= change
    claims.rows[4]["memo"] = 'a "quoted" remark, with a comma'
    careful, quick = _both_ways(claims.write(), tmp_path)
    assert not _is_fast(quick)
    _same_rows(careful, quick)


def _every_way(claims: ClaimsDelivery, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Load, Load, Load]:
    """Load a file as Python reads it, as DuckDB reads it all as text, and the fast way."""
    loads = []
    for way, from_text, from_fast in (("python", 1 << 60, 1 << 60), ("text", 0, 1 << 60), ("fast", 1 << 60, 0)):
        monkeypatch.setattr(csv_file, "LARGE", from_text)
        monkeypatch.setattr(fast, "LARGE", from_fast)
        loads.append(load(claims.folder, folder / way))
    return loads[0], loads[1], loads[2]


def _same_every_way(claims: ClaimsDelivery, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return what the fast way made of a file, which is what Python makes of it; or its refusal, in the same words."""
    first, *others = _every_way(claims, folder, monkeypatch)
    for other in others:
        assert (other.report.outcome, other.report.error) == (first.report.outcome, first.report.error)
        if first.report.outcome == "loaded":
            _same_rows(first, other)
    return others[-1]


SURPLUS: dict[str, Callable[[list[str]], list[str]]] = {
    "name with a comma": lambda lines: [line.replace("钱祁连", "钱,祁连") for line in lines],
    "after one row": lambda lines: [*lines[:3], lines[3] + ",", *lines[4:]],
    "two after one row": lambda lines: [*lines[:3], lines[3] + ",,", *lines[4:]],
    "quotes after one row": lambda lines: [*lines[:3], lines[3] + ',""', *lines[4:]],
    "nul after one row": lambda lines: [*lines[:3], lines[3] + ",\0", *lines[4:]],
    "at the end of the file": lambda lines: [*lines[:-1], lines[-1] + ","],
    "after every row": lambda lines: [lines[0], *(line + "," for line in lines[1:])],
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("change", SURPLUS.values(), ids=SURPLUS)
def test_surplus_field_is_a_fault_every_way(
    claims: ClaimsDelivery,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[list[str]], list[str]],
    end: str,
) -> None:
    """The last columns are those of a person: where the last is empty, a comma in the name shifts a number to `gend`."""
    for row in claims.rows:
        row |= {name: row.pop(name) for name in ("psn_name", "certno", "gend")} | {"dise_name": ""}
    claims.totals = False
    text = end.join(change(as_delimited(claims.rows).rstrip("\n").split("\n")))
    loaded = _same_every_way(claims.write(text=text), tmp_path, monkeypatch)
    assert {fault["reason"] for fault in loaded.quarantine} == {"wrong number of fields"}
    assert not {row["gend"] for row in loaded.rows("setl_d", "platform")} - {"1"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("山丹县人民医院", ' "山丹县人民医院"'),
        ("山丹县人民医院", ' "山丹,县人民医院"'),
        ("山丹县人民医院", '"山丹县人民医院" '),
        ("S000003", '"S000003\r"'),
    ],
    ids=repr,
)
def test_odd_quotes_and_returns_are_read_the_same_every_way(
    claims: ClaimsDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    lines = as_delimited(claims.rows).split("\n")
    claims.write(text="\r\n".join([*lines[:4], lines[4].replace(old, new), *lines[5:]]))
    assert not _is_fast(_same_every_way(claims, tmp_path, monkeypatch))


def test_return_without_a_line_feed_at_the_end_of_a_file(
    claims: ClaimsDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.write(text=as_delimited(claims.rows).replace("\n", "\r\n").removesuffix("\n"))
    assert not _is_fast(_same_every_way(claims, tmp_path, monkeypatch))


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=repr)
def test_file_with_every_field_in_quotes_comes_in_the_fast_way(
    claims: ClaimsDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    claims.rows = [settlement(number, memo='他说""好"",', fixmedins_name='"山丹"') for number in range(900)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerows([list(claims.rows[0]), *(list(row.values()) for row in claims.rows)])
    assert len(text.getvalue()) > plain_lines.BLOCK
    loaded = _same_every_way(claims.write(text=text.getvalue(), encoding="utf-8-sig"), tmp_path, monkeypatch)
    assert _is_fast(loaded)
    assert loaded.rows("setl_d", "platform")[899]["fixmedins_name"] == '"山丹"'


FIELDS = st.one_of(
    st.sampled_from(["", "a", '"a"', '"a,b"', '"a""b"', '""', '""""', '"""a"', '","', "中", "a b", '" a"', '"a "']),
    st.text(',"\n\r ab\t\0\ufeff\u3000、', max_size=4),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(FIELDS, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["", "\ufeff"]),
)
def test_duckdb_reads_in_plain_lines_what_python_reads(records: list[list[str]], end: str, ended: bool, bom: str) -> None:
    """However a block is cut out of the file, the answer is one. Where it is that nothing is to be trimmed, nothing is."""
    text = "".join(",".join(record) + end for record in [["a", "b", "c"], *records])
    text = text if ended else text.removesuffix(end)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        path.write_bytes((bom + text).encode())
        plain = plain_lines.look_at_lines(path, ",", 3)
        assert all(plain_lines.look_at_lines(path, ",", 3, block=size) == plain for size in (1, 2, 3))
        if plain is None:
            return
        file = csv_file.CsvFile(path, path, "utf-8", ",", Header(["a", "b", "c"], [], []))
        try:
            read = duckdb.sql(f"from {csv_file.read_csv_sql(file, {})}").fetchall()
        except duckdb.Error:
            return
    if len(read) == plain.rows:
        expected = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
        assert [[value or "" for value in row] for row in read] == expected
        trimmed = [[value.strip(" \t\r\n\u3000") for value in row] for row in expected]
        assert plain.may_need_trim or trimmed == expected


@pytest.mark.parametrize(
    "text",
    [" a,c\n", "a ,c\n", "a,c \n", "a,c \r\n", "a,c ", '" a",c\n', '"a ",c\n', "a,c\u3000\n", "a\t,c\n"],
)
def test_blank_at_an_end_of_a_field_is_seen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"a,b\r\n{text}".encode() if "\r" in text else f"a,b\n{text}".encode())
    plain = plain_lines.look_at_lines(path, ",", 2)
    assert plain is not None
    assert plain.may_need_trim


@pytest.mark.parametrize("text", ["a b,c", '"a b","c"', "、a,c", "a,c 1"])
def test_blank_within_a_field_is_not_to_be_trimmed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n{text}\n", encoding="utf-8")
    plain = plain_lines.look_at_lines(path, ",", 2)
    assert plain is not None
    assert plain.may_need_trim == ("、" in text)  # its first two bytes are those of the wide blank


@pytest.mark.parametrize(
    ("column", "written", "once", "delimiter"),
    [
        ("brdy", "19800101", "1980111", ","),
        ("brdy", "19800101", "2025061", ","),
        ("brdy", "1980-01-01", "\v1980-01-01", ","),
        ("brdy", "1980/1/1", "1980/1/1\f", ","),
        ("setl_time", "20250607103005", "2025060710305", ","),
        ("setl_time", "20250607 10:30:00", "2025061 10:30:00", ","),
        ("setl_time", "20250607 10:30", "2025067 10:30", ","),
        ("setl_time", "2025/6/7 10:30", "2025/6/7\t10:30", ","),
        ("setl_time", "2025/6/7 10:30", "2025/6/7\t10:30", "\t"),
    ],
)
def test_date_that_only_duckdb_would_read_is_a_fault_every_way(
    claims: ClaimsDelivery,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    column: str,
    written: str,
    once: str,
    delimiter: str,
) -> None:
    for row in claims.rows:
        row[column] = written
    claims.rows[5][column] = once
    claims.write(text=as_delimited(claims.rows, delimiter))
    (fault,) = _same_every_way(claims, tmp_path, monkeypatch).quarantine
    assert (fault["source_line"], fault["column_name"], fault["reason"]) == (7, column, "does not parse")


@pytest.mark.parametrize("memo", ["", "a\tb"], ids=repr)
@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("1980-01-01", "2025-06-07 10:30:00.250"),
        ("1980/1/1", "2025/6/7 10:30"),
        ("19800101", "20250607103005"),
        ("19800101 00:00:00", "20250607  10:30:05"),
        ("1980-1-1 0:00", "20250607 10:30"),
    ],
)
def test_dates_written_in_one_way_come_in_the_fast_way(
    claims: ClaimsDelivery, tmp_path: Path, day: str, moment: str, memo: str
) -> None:
    for row in claims.rows:
        row |= {"brdy": day, "setl_time": moment, "memo": memo}
    claims.rows[5]["brdy"] = ""
    careful, quick = _both_ways(claims.write(), tmp_path)
    assert _is_fast(quick)
    _same_rows(careful, quick)
    assert str(quick.rows("setl_d", "platform")[0]["brdy"]) == "1980-01-01"


@pytest.mark.parametrize("row", [1, 700])
def test_field_too_long_for_the_careful_way_is_too_long_every_way(
    claims: ClaimsDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    claims.rows = [settlement(number) for number in range(900)]
    claims.rows[row]["memo"] = "x" * (csv.field_size_limit() + 1)
    message = _same_every_way(claims.write(), tmp_path, monkeypatch).report.error
    assert f"setl_d.csv, line {row + 2}: the record that starts here is not readable as CSV: field larger than" in message


@pytest.mark.usefixtures("prefect")
def test_field_too_long_refuses_its_delivery_and_no_other(claims: ClaimsDelivery, lake: Path) -> None:
    other = ClaimsDelivery(claims.folder.with_name("shandan_settlements_more"), [settlement(20)]).write()
    claims.rows[1]["memo"] = "x" * (csv.field_size_limit() + 1)
    report = ingest(claims.write().folder.parent, lake)
    assert [load.folder for load in report.refused] == [claims.folder]
    assert [load.folder for load in report.loaded] == [other.folder]
    assert batch_rows(lake, "*", "setl_d", "platform")[0]["setl_id"] == "S000020"


VALUES = st.one_of(
    st.decimals(-999, 10**7, places=2).map(str),
    st.decimals(0, 100, places=4).map(str),
    st.text("0123456789.,-+ e_'\"/:|\t", max_size=9),
    st.sampled_from(
        ["", " ", "—", "1e3", "1_0", "1.5_0", "inf", "nan", "0x1", "12.340000000000002", "１２", "1.005", "\\N", "NULL"]
    ),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(" ")),
    st.sampled_from(["2025-6-7 1:2:3", "infinity", "epoch", "20250607", "45838", "2025-06-07 24:00:00", "0", "1", "x "]),
)
COLUMNS = st.sampled_from(
    ["inscp_amt", "hifp_pay", "setl_time", "brdy", "med_type", "refd_setl_flag", "setl_id", "age", "psn_no"]
)


@pytest.mark.usefixtures("claims")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 3), COLUMNS, VALUES), max_size=3))
def test_fast_way_never_takes_what_the_careful_way_would_not(changes: list[tuple[int, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        claims = ClaimsDelivery(Path(folder, "x"), [settlement(n, age="44.0") for n in range(4)], totals=False)
        for row, column, value in changes:
            claims.rows[row][column] = value
        _same_rows(*_both_ways(claims.write(), Path(folder)))


def test_large_file_with_faults_is_staged_by_duckdb_with_its_lines(claims: ClaimsDelivery, lake: Path) -> None:
    claims.rows = [settlement(number, memo="x" * 2000) for number in range(LARGE_TEXT // 2000)]
    claims.rows[700]["hifp_pay"] = "many"
    claims.rows[1500]["vali_flag"] = "9"
    loaded = load(claims.write().folder, lake)
    assert [(f["source_line"], f["value"]) for f in loaded.quarantine] == [(702, "(not shown)"), (1502, "9")]
    assert len(loaded.rows("setl_d", "platform")) == len(claims.rows) - 2


def test_raw_view_has_the_contracts_columns_and_the_lines(
    claims: ClaimsDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One batch of each way and an empty table, seen through the views that dbt makes."""
    for name in ("LAKE", "BUILD_WAREHOUSE", "THREADS"):  # dbt is told by these
        monkeypatch.setenv(f"MEDFUND_{name}", "")
    run = Settings(lake=tmp_path / "lake", warehouse=tmp_path / "warehouse" / "medfund.duckdb")
    load(claims.write().folder, run.lake)
    second = ClaimsDelivery(claims.folder.with_name("second"), [settlement(n, setl_id=f"T{n}") for n in range(5)]).write()
    monkeypatch.setattr(fast, "LARGE", 0)
    assert _is_fast(load(second.folder, run.lake))
    run.build_warehouse.parent.mkdir(parents=True)
    result = run_dbt(run, "run", options=("--select", "stg_ingest__files", "stg_ingest__deliveries"), show_nodes=False)
    assert result.success, result.exception
    with duckdb.connect(str(run.build_warehouse)) as connection:
        lines = connection.execute("select setl_id, source_line from raw.platform_setl_d order by all").fetchall()
        columns = {row[0]: row[1] for row in connection.execute("describe raw.platform_setl_d").fetchall()}
        empty = connection.execute("select count(*) from raw.platform_mdtrt_d").fetchone()
        keys = connection.execute("select distinct token_key is not null from staging.stg_ingest__deliveries").fetchall()
    assert lines == [(f"S{n:06}", n + 2) for n in range(12)] + [(f"T{n}", n + 2) for n in range(5)]
    assert (columns["mid_setl_flag"], columns["bydise_setl_payamt"]) == ("VARCHAR", "DECIMAL(16,2)")
    assert not {"psn_name", "certno", "memo"} & set(columns)
    assert (empty, keys) == ((0,), [(True,)])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("setl_id", "赵丹霞", "is no identifier"),
        ("mdtrt_id", "62222219800101001X 1", "is no identifier"),
        ("insutype", "赵丹霞", "is no code"),
        ("med_type", "999999195309083146", "is no code"),
        ("insu_admdvs", "甘州区", "is no code"),
    ],
)
def test_what_is_no_id_and_no_code_is_put_aside_both_ways_and_not_shown(
    claims: ClaimsDelivery, tmp_path: Path, column: str, value: str, reason: str
) -> None:
    """Headings that are exchanged put names and certificate numbers where an id or a code is expected."""
    claims.rows[3][column] = value
    careful, quick = _both_ways(claims.write(), tmp_path)
    assert not _is_fast(quick)
    _same_rows(careful, quick)
    assert [(row["column_name"], row["reason"]) for row in quick.quarantine] == [(column, reason)]
    assert value not in str(quick.quarantine)
