"""The hash that decides whether facts are built anew: it follows code and code lists, and nothing else."""

from __future__ import annotations

import pytest

from flows.transform.fingerprint import code_fingerprint


@pytest.fixture
def project(tmp_path):
    for name in (
        "dbt_project.yml",
        "seeds/codes/code_maps.csv",
        "macros/care_area.sql",
        "models/facts/a.sql",
        "models/marts/b.sql",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    return tmp_path


@pytest.mark.parametrize("name", ["dbt_project.yml", "seeds/codes/code_maps.csv", "macros/care_area.sql", "models/facts/a.sql"])
def test_what_makes_a_fact_changes_it(project, name):
    before = code_fingerprint(project)
    assert code_fingerprint(project) == before
    (project / name).write_text("2")
    assert code_fingerprint(project) != before


def test_a_file_that_is_renamed_changes_it(project):
    before = code_fingerprint(project)
    (project / "models/facts/a.sql").rename(project / "models/facts/c.sql")
    assert code_fingerprint(project) != before


def test_a_mart_does_not_change_it(project):
    before = code_fingerprint(project)
    (project / "models/marts/b.sql").write_text("2")
    assert code_fingerprint(project) == before
