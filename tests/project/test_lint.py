"""The linters see the whole project and mean it; the hooks run the same, without a network."""

from __future__ import annotations

import re

import pytest
import yaml
from sqlfluff.core import FluffConfig, Linter

from flows.settings import PROJECT_DIR


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter(config=FluffConfig.from_path(str(PROJECT_DIR / "models")))


def violations(linter: Linter, sql: str) -> set[str]:
    return {violation.rule_code() for violation in linter.lint_string(sql).get_violations()}


def test_a_tidy_model_passes(linter, monkeypatch):
    monkeypatch.chdir(PROJECT_DIR)
    sql = (PROJECT_DIR / "models" / "facts" / "fct_published_figures.sql").read_text(encoding="utf-8")
    assert violations(linter, sql) == set()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select region from\n", "PRS"),
        ("select {{ dbt.no_such_macro('region') }} as region from {{ ref('claims') }}\n", "TMP"),
        ("SELECT region FROM claims\n", "CP01"),
        ("select region,fund from claims\n", "LT01"),
        ("select claims.region, fund from claims inner join funds on claims.fund = funds.fund\n", "RF02"),
    ],
)
def test_an_untidy_model_is_caught(linter, monkeypatch, sql, code):
    monkeypatch.chdir(PROJECT_DIR)
    assert code in violations(linter, sql)


def test_every_excluded_rule_has_a_reason():
    config = (PROJECT_DIR / ".sqlfluff").read_text(encoding="utf-8")
    (excluded,) = re.findall(r"exclude_rules =\n((?:    .*\n)+)", config)
    lines = [line.strip() for line in excluded.splitlines()]
    assert lines
    for before, line in zip(["", *lines], lines, strict=False):
        assert line.startswith("#") or before.startswith("#"), line


def test_a_hook_needs_no_network():
    config = yaml.safe_load((PROJECT_DIR / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
