"""What a build is made from, said of real lakes, and what dbt is to build when some of it has changed."""

from __future__ import annotations

import duckdb
import pytest
from claims_lake import ClaimsLake, settlement

from flows.transform.changes import build_options, inputs_now, note_begin, note_end, selection
from flows.transform.fingerprint import code_fingerprint, facts_fingerprint

ALWAYS = {"source:ingest.waivers+", "path:models/staging/ingest"}


@pytest.fixture
def lake(tmp_path):
    lake = ClaimsLake(tmp_path / "lake")
    lake.add("january", {"setl_d": [settlement("S1")]})
    lake.add("elsewhere", {"outmed_setl_d": [settlement("S2")]})
    return lake


def test_a_delivery_changes_the_tables_that_it_brings_and_no_others(lake):
    before = inputs_now(lake.folder)
    assert set(before) == {"project", "platform.setl_d", "platform.outmed_setl_d"}
    assert set(selection(before, inputs_now(lake.folder))) == ALWAYS
    lake.add("february", {"setl_d": [settlement("S3")]})
    assert set(selection(before, inputs_now(lake.folder))) == ALWAYS | {"source:platform.setl_d+"}


def test_a_table_that_nobody_delivers_any_more_is_built_again(lake):
    before = inputs_now(lake.folder)
    lake.remove("elsewhere-r1")
    assert set(selection(before, inputs_now(lake.folder))) == ALWAYS | {"source:platform.outmed_setl_d+"}


def test_the_same_batch_loaded_anew_is_built_again(lake):
    before = inputs_now(lake.folder)
    lake.remove("january-r1")
    lake.add("january", {"setl_d": [settlement("S1")]})
    assert set(selection(before, inputs_now(lake.folder))) == ALWAYS | {"source:platform.setl_d+"}


@pytest.mark.parametrize("before", [{}, {"project": "another"}], ids=["no build", "another project"])
def test_everything_is_built_behind_no_build_and_another_project(lake, before):
    assert selection(before, inputs_now(lake.folder)) is None


def test_another_token_key_makes_other_facts(tmp_path):
    """An emptied lake may be loaded with another key: batches have the same names then, and no person the same token."""
    prints = set()
    for key in ("one", "another"):
        lake = ClaimsLake(tmp_path / key)
        lake.add("january", {"setl_d": [settlement("S1")]}, token_key=key)
        prints.add(facts_fingerprint(lake.folder))
    assert len(prints) == 2
    assert all(found.startswith(code_fingerprint()) for found in prints)


@pytest.fixture
def built(lake, tmp_path):
    """A build file that a build of the lake has come to its end in, as dbt and the flow leave their notes."""
    file = tmp_path / "build.duckdb"
    _made_by(file, facts_fingerprint(lake.folder))
    note_end(file, lake.folder, inputs_now(lake.folder))
    return file


def _made_by(file, code):
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema if not exists staging")
        connection.execute(f"create or replace table staging.code_of_months as select '{code}' as code_fingerprint")


def test_what_stands_is_kept_behind_a_build_of_the_same_code_and_batches(lake, built):
    lake.add("february", {"setl_d": [settlement("S3")]})
    options = build_options(built, lake.folder)
    assert options[0] == "--select"
    assert set(options[1:]) == ALWAYS | {"source:platform.setl_d+"}


def test_everything_is_built_where_dbt_by_hand_or_other_code_made_the_months(lake, built):
    """What other code made is dropped, all of it: what is built must then be all, or facts would be gone."""
    for code in ("by hand", "another code"):
        _made_by(built, code)
        assert build_options(built, lake.folder) == ()


def test_everything_is_built_when_a_lake_gets_its_first_tokens(lake, built):
    lake.add("registered", {"setl_d": [settlement("S4")]}, token_key="one")
    assert build_options(built, lake.folder) == ()


def test_months_are_built_anew_when_a_batch_was_loaded_again(lake, built):
    lake.remove("january-r1")
    lake.add("january", {"setl_d": [settlement("S1"), settlement("S9")]})
    assert build_options(built, lake.folder) == ("--full-refresh",)
    # also behind a build that took it in and failed
    note_begin(built, lake.folder)
    assert build_options(built, lake.folder) == ("--full-refresh",)
    note_end(built, lake.folder, inputs_now(lake.folder))
    assert build_options(built, lake.folder)[0] == "--select"


def test_a_batch_that_only_a_failed_build_has_seen_is_known_too(lake, built):
    lake.add("february", {"setl_d": [settlement("S3")]})
    note_begin(built, lake.folder)
    assert build_options(built, lake.folder) == ()
    lake.remove("february-r1")
    lake.add("february", {"setl_d": [settlement("S3"), settlement("S9")]})
    assert build_options(built, lake.folder) == ("--full-refresh",)
