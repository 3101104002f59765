"""What a build is made from, said of real lakes, and what dbt is to build when some of it has changed."""

from __future__ import annotations

import pytest
from claims_lake import ClaimsLake, settlement

from flows.transform.changes import inputs_now, selection
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
