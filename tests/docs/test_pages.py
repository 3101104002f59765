"""The pages agree with the project and with each other: links, commands, exit codes, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.errors import ExitCode
from flows.settings import PROJECT_DIR, Settings

PAGES = sorted([*PROJECT_DIR.glob("*.md"), *(PROJECT_DIR / "docs").rglob("*.md")])
READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|`)(make [a-z]+|\.venv/bin/medfund [a-z]+)", re.MULTILINE)
EXIT_CODE = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def text_of(name: str) -> str:
    return (PROJECT_DIR / name).read_text(encoding="utf-8")


def broken_links(page: Path) -> list[str]:
    """Return the links of a page that lead to no file of the project; addresses of the web are not followed."""
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    return [target for target in targets if target and "://" not in target and not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT_DIR).as_posix())
def test_every_link_leads_to_a_file(page):
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("[here](page.md#part) [gone](gone.md) [part](#part) [web](https://example.org)", encoding="utf-8")
    assert broken_links(page) == ["gone.md"]


def test_both_readmes_name_the_same_commands():
    english, chinese = (set(COMMAND.findall(text_of(name))) for name in READMES)
    assert {"make run", "make test", ".venv/bin/medfund run"} <= english
    assert english == chinese


@pytest.mark.parametrize(("name", "heading"), zip(READMES, ("### Exit codes", "### 退出码"), strict=True))
def test_a_readme_lists_every_exit_code(name, heading):
    section = text_of(name).split(heading)[1].split("\n#")[0]
    assert [int(code) for code in EXIT_CODE.findall(section)] == [code.value for code in ExitCode]


def test_the_readme_names_each_exit_code_as_the_code_does():
    for code in ExitCode:
        assert f"| {code.value} | {code.name} |" in text_of("README.md")


def test_the_readme_lists_every_setting():
    listed = set(re.findall(r"^\| `(MEDFUND_\w+)` \|", text_of("README.md"), re.MULTILINE))
    assert listed == {f"MEDFUND_{name.upper()}" for name in Settings.model_fields}


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))}
    assert named - targets == set()


@pytest.mark.parametrize("number", ["0001", "0002", "0003", "0004"])
def test_a_decision_has_its_parts(number):
    (page,) = (PROJECT_DIR / "docs" / "decisions").glob(f"{number}-*.md")
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Requirement", "Decision", "Rejected", "Consequences"]
