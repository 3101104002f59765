"""No name, number, phone or remark of a person leaves the delivery; the same person has one token everywhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.contract import load_contracts
from flows.errors import DeliveryRefusedError, UsageError
from flows.ingest import fast
from flows.ingest.lake import loaded_batches
from flows.ingest.tasks import load_delivery
from flows.ingest.tokens import fingerprint_of, set_key, token_of, token_sql
from flows.ingest.write_manifest import write_manifest
from flows.settings import get_settings
from tests.ingest.claims import NAMES, ClaimsDelivery, as_delimited, lake_bytes, settlement, write_json
from tests.ingest.conftest import TOKEN_KEY
from tests.ingest.deliveries import load

REGISTRATION = "registration_id,psn_no,insutype,insu_admdvs,dise_no,begndate,vali_flag,updt_time\n"


def _tokens(number: str) -> str:
    return hmac.new(TOKEN_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]


@settings(deadline=None)  # the machine may be at work on something else
@given(st.text(min_size=1, max_size=40), st.binary(min_size=16, max_size=90))
def test_sql_makes_the_token_that_hmac_makes(number: str, key: bytes) -> None:
    with duckdb.connect() as connection:
        set_key(connection, key)
        made = connection.execute(f"select {token_sql('x')} from (select cast(? as varchar) as x)", [number]).fetchone()[0]
    assert made == token_of(key, number) == hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:32]


@pytest.mark.parametrize("large", [False, True], ids=["careful", "fast"])
def test_persons_become_tokens_and_nothing_of_them_is_left(
    claims: ClaimsDelivery,
    lake: Path,
    large: bool,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if large:
        monkeypatch.setattr(fast, "LARGE", 0)
    loaded = load(claims.write().folder, lake)
    rows = loaded.rows("setl_d", "platform")
    assert [row["psn_no"] for row in rows] == [_tokens(row["psn_no"]) for row in claims.rows]
    assert not {"psn_insu_rlts_id", "psn_name", "certno", "memo"} & set(rows[0])
    assert loaded.batch.token_key == fingerprint_of(TOKEN_KEY.encode())
    _assert_nothing_of_persons(claims, lake, capfd)


def _assert_nothing_of_persons(claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = capfd.readouterr()
    left = lake_bytes(lake) + said.out + said.err
    for row in claims.rows:
        for name in ("psn_no", "psn_insu_rlts_id", "psn_name", "certno", "memo"):
            assert row[name] not in left, name
    assert TOKEN_KEY not in left


def test_quarantine_shows_nothing_of_a_person(claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    claims.rows[2]["psn_no"] = " "
    claims.rows[3]["setl_id"] = claims.rows[4]["setl_id"]
    claims.rows[5]["medfee_sumamt"] = "12.3.4"
    claims.totals = False
    text = as_delimited(claims.rows).splitlines()
    text[8] += f",{NAMES[0]}"
    loaded = load(claims.write(text="\n".join(text)).folder, lake)
    faults = {(f["source_line"], f["column_name"]): f for f in loaded.quarantine}
    assert set(faults) == {(4, "psn_no"), (5, "setl_id"), (6, "setl_id"), (7, "medfee_sumamt"), (9, None)}
    assert faults[4, "psn_no"]["value"] == "(not shown)"
    assert faults[7, "medfee_sumamt"]["value"] == "12.3.4"
    assert '"setl_id":"S000005"' in faults[7, "medfee_sumamt"]["row_text"]
    assert faults[9, None]["row_text"] is None
    claims.rows[2]["psn_no"] = claims.rows[8]["psn_no"]
    _assert_nothing_of_persons(claims, lake, capfd)


def test_a_record_whose_fields_have_shifted_shows_nothing_of_a_person(
    claims: ClaimsDelivery, lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """One field too many before the name, one too few at the end: the number of fields is right."""
    claims.totals = False
    header, *lines = as_delimited(claims.rows).splitlines()
    for number in (1, 3):
        fields = lines[number].split(",")
        lines[number] = ",".join([*fields[:5], "", *fields[5:-1]])
    loaded = load(claims.write(text="\n".join([header, *lines])).folder, lake)
    assert {fault["source_line"] for fault in loaded.quarantine} == {3, 5}
    shown = {(fault["source_line"], fault["column_name"]): fault["value"] for fault in loaded.quarantine}
    assert shown[3, "brdy"] == "1"
    row = json.loads(loaded.quarantine[0]["row_text"])
    # a certificate number stands there
    assert (row["setl_id"], row["gend"]) == ("S000001", "(not shown)")
    _assert_nothing_of_persons(claims, lake, capfd)


NUMBERS = ["12.3.4", "1,234.5", "1.2万元", "-5", "１２３", "2025-13-45", "2025年6月31日", "20250631", "—", "/"]
MOMENTS_AND_CODES = ["2025-06-31 12:00:00", "20250631120000", "9901", "no", "M00500"]
WORDS = ["赵丹霞", "欧阳 山丹", "SMITH", "Li Hua", "一级"]
TELEPHONES = ["13900000001", "0936-8721234567", "139 0000 0001"]
CERTIFICATES = ["622222198001010001", "62222219800101000X", "622222800101001", "6222020000000000001", "E12345678901"]


@pytest.mark.parametrize(
    ("value", "is_shown"),
    [(v, True) for v in NUMBERS + MOMENTS_AND_CODES] + [(v, False) for v in WORDS + TELEPHONES + CERTIFICATES],
)
def test_only_what_cannot_be_of_a_person_is_shown(claims: ClaimsDelivery, lake: Path, value: str, is_shown: bool) -> None:
    claims.rows[2] |= {"insutype": value, "brdy": value, "hifp_pay": value}
    claims.totals = False
    loaded = load(claims.write().folder, lake)
    values = {fault["value"] for fault in loaded.quarantine}
    assert values == {value if is_shown else "(not shown)"}
    assert (value in json.loads(loaded.quarantine[0]["row_text"]).values()) == is_shown


def test_manifest_of_a_number_that_is_none_shows_only_what_cannot_be_of_a_person(claims: ClaimsDelivery) -> None:
    claims.rows[2]["medfee_sumamt"] = f"{NAMES[2]} 622222198001010002"
    claims.rows[4]["medfee_sumamt"] = "12.3.4"
    claims.folder.mkdir(parents=True)
    (claims.folder / "setl_d.csv").write_text(as_delimited(claims.rows), encoding="utf-8")
    with pytest.raises(DeliveryRefusedError) as caught:
        write_manifest(claims.folder, source="platform", region="shandan", period="2025M06")
    assert f"{claims.folder / 'setl_d.csv'}, column medfee_sumamt: line 4: '(not shown)'; line 6: '12.3.4' cannot" in str(
        caught.value
    )
    assert NAMES[2] not in str(caught.value)


def test_key_that_is_a_persons_number_is_not_shown(claims: ClaimsDelivery, lake: Path) -> None:
    claims.folder.mkdir(parents=True)
    header = "psn_insu_rlts_id,psn_no,updt_time\n"
    (claims.folder / "psn_insu_d.csv").write_text(header + "R1,P1,2025-06-01\nR1,P2,2025-06-01\n")
    claims.totals = False
    loaded = load(claims.sign({"psn_insu_d.csv": 2}).folder, lake)
    assert [fault["value"] for fault in loaded.quarantine] == ["(not shown)"] * 2
    assert "P1" not in lake_bytes(lake)


def test_a_person_has_one_token_across_tables_sources_and_deliveries(
    claims: ClaimsDelivery, lake: Path, tmp_path: Path
) -> None:
    claims.write()
    person = claims.rows[0]["psn_no"]
    first = load(claims.folder, lake).rows("setl_d", "platform")[0]["psn_no"]
    bureau = ClaimsDelivery(claims.folder.with_name("shandan_registers_202506"), totals=False)
    bureau.folder.mkdir()
    text = f"{REGISTRATION}A1, {person}　,390,620725,M00500,2025-01-01,1,2025-01-01 00:00:00\n"
    (bureau.folder / "chronic_registration.csv").write_text(text, encoding="utf-8")
    bureau.sign({"chronic_registration.csv": 1}, lambda manifest: manifest.update(source="bureau"))
    assert load(bureau.folder, lake).rows("chronic_registration", "bureau")[0]["psn_no"] == first == _tokens(person)


def test_another_key_is_refused_and_nothing_changes(
    claims: ClaimsDelivery, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(claims.write().folder, lake)
    second = ClaimsDelivery(claims.folder.with_name("shandan_settlements_202507")).write()
    monkeypatch.setenv("MEDFUND_TOKEN_KEY", "another key, just as long")
    with pytest.raises(UsageError, match="this is not the key that the lake's tokens were made with") as caught:
        load_delivery.fn(second.folder, lake)
    assert fingerprint_of(TOKEN_KEY.encode()) in str(caught.value)
    assert len(loaded_batches(lake)) == 1
    monkeypatch.setenv("MEDFUND_TOKEN_KEY", "short")
    with pytest.raises(UsageError, match="the token key has 5 bytes, expected 16 or more"):
        load_delivery.fn(second.folder, lake)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the key come from a file that is not there yet."""
    monkeypatch.delenv("MEDFUND_TOKEN_KEY", raising=False)
    path = tmp_path / "state" / "token.key"
    monkeypatch.setattr(get_settings(), "token_key_file", path)
    return path


def test_key_file_is_made_at_first_run_and_read_by_its_owner_alone(claims: ClaimsDelivery, lake: Path, key_file: Path) -> None:
    claims.write()
    rows = load(claims.folder, lake).rows("setl_d", "platform")
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    key = key_file.read_text().strip().encode()
    assert rows[0]["psn_no"] == token_of(key, claims.rows[0]["psn_no"])
    second = ClaimsDelivery(claims.folder.with_name("shandan_settlements_202507")).write()
    assert load(second.folder, lake).rows("setl_d", "platform")[0]["psn_no"] == rows[0]["psn_no"]

    third = ClaimsDelivery(claims.folder.with_name("shandan_settlements_202508")).write()
    key_file.chmod(0o640)
    with pytest.raises(UsageError, match="others may read the token key"):
        load_delivery.fn(third.folder, lake)
    key_file.unlink()
    with pytest.raises(UsageError, match="the lake holds tokens, and their key is not there"):
        load_delivery.fn(third.folder, lake)
    assert not key_file.exists()


def test_no_key_is_made_for_a_source_without_persons(delivery, lake: Path, key_file: Path) -> None:
    assert load(delivery.write(), lake).batch.token_key is None
    assert not key_file.exists()


@pytest.mark.usefixtures("prefect")
def test_key_from_a_prefect_secret(claims: ClaimsDelivery, lake: Path, key_file: Path) -> None:
    from prefect import flow
    from prefect.blocks.system import Secret

    secret = "a secret of prefect, for tests"
    Secret(value=secret).save("medfund-token-key", overwrite=True)
    try:
        flow(name="load one")(lambda: load_delivery.fn(claims.write().folder, lake))()
    finally:
        Secret.delete("medfund-token-key")
    assert {batch.token_key for batch in loaded_batches(lake)} == {fingerprint_of(secret.encode())}
    assert not key_file.exists()


def test_unpacked_files_of_a_killed_load_are_removed_by_the_next(claims: ClaimsDelivery, lake: Path) -> None:
    left = lake / ".incoming" / "killed"
    left.mkdir(parents=True)
    (left / "1.utf8").write_text(NAMES[0])
    claims.folder.mkdir(parents=True)
    write_json(claims.folder / "setl_d.jsonl", claims.rows)
    load(claims.sign({"setl_d.jsonl": 12}).folder, lake)
    assert list((lake / ".incoming").iterdir()) == []


REACHES_A_PERSON = ("姓名", "证件号", "电话", "地址", "手机", "账号", "邮箱", "负责人", "经办人", "创建人", "发票", "备注")


def test_contracts_keep_nothing_that_names_or_reaches_a_person() -> None:
    kept = [
        f"{table.name}.{column.name}"
        for contracts in load_contracts().values()
        for table in contracts.values()
        for column in table.columns
        if column.pii == "keep" and any(word in column.label_zh for word in REACHES_A_PERSON)
    ]
    assert kept == []


def test_every_number_of_a_person_is_a_token_or_left_out() -> None:
    columns = [c for tables in load_contracts().values() for table in tables.values() for c in table.columns]
    persons = [c for c in columns if c.name in ("psn_no", "init_psn_no", "psn_insu_rlts_id", "medrcdno", "ipt_otp_no")]
    assert len(persons) > 12
    assert {column.pii for column in persons} == {"token", "drop"}


def test_settlement_of_the_tests_holds_what_must_not_be_found() -> None:
    row = settlement(0)
    assert all(row[name] for name in ("psn_no", "psn_insu_rlts_id", "psn_name", "certno", "memo"))
