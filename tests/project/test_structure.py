"""The shape of the project: layers, names, words, types, and files that carry nothing of one machine."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sql_text import without_comments

from flows.settings import PROJECT_DIR

MAY_READ = {
    "staging": {"source", "seed"},
    "facts": {"staging", "facts", "seed"},
    "marts": {"facts", "marts", "seed"},
}
SCHEMAS = {"raw", "staging", "facts", "marts"}
NAMES = {
    "staging": r"stg_[a-z]+__[a-z_]+",
    "facts": r"(?:dim|fct|bridge)_[a-z0-9_]+",
    # a mart is named for its question; int_<folder>__<step> is a step towards one
    "marts": r"(?!stg_|dim_|fct_|bridge_|int_)[a-z][a-z0-9_]*|int_[a-z]+__[a-z0-9_]+",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# a word of English: names of fields stand in brackets beside the Chinese term, and ID is one in both languages
IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
ENGLISH = re.compile(r"[a-z]{2}")
# a type: in SQL a word of its own, in YAML what follows a colon
INEXACT = re.compile(r"\b(?:double|float\d?|real)\b", re.IGNORECASE)
INEXACT_IN_YAML = re.compile(rf":\s*['\"]?{INEXACT.pattern}", re.IGNORECASE)
ADDRESS = re.compile(r"https?://|\bpypi\.|\bnpmjs\.|--(?:extra-)?index-url", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![A-Za-z.])/(?:work|root|home)/")
LONGEST_FILE = 400


def layer_of(node: dict[str, Any]) -> str:
    """Return the layer: the first folder under models/; a seed or source is its own."""
    if node["resource_type"] == "model":
        return Path(node["original_file_path"]).parts[1]
    return node["resource_type"]


def is_step(node: dict[str, Any]) -> bool:
    """Return whether a model is a step towards a mart, which nobody outside reads."""
    return node["name"].startswith("int_")


def crossings(manifest: dict[str, Any]) -> list[str]:
    """Return every model that reads what its layer must not."""
    everything = manifest["nodes"] | manifest["sources"]
    return sorted(
        f"{node['name']} -> {everything[parent]['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if layer_of(everything[parent]) not in MAY_READ[layer_of(node)]
    )


def chinese_of(column: dict[str, Any]) -> str:
    """Return all that may name a column's Chinese term: its description, and a contract's label."""
    meta = column.get("meta", {}) | column.get("config", {}).get("meta", {})
    return f"{column['description']} {meta.get('label_zh', '')}"


def in_english(description: str) -> bool:
    """Return whether a description says something in English besides the Chinese term."""
    return bool(ENGLISH.search(IN_BRACKETS.sub("", description)))


def undescribed(nodes: list[dict[str, Any]]) -> list[str]:
    """Return every table and column without a description in English that names its Chinese term."""
    found = []
    for node in nodes:
        if not in_english(node["description"]) or not CHINESE.search(node["description"]):
            found.append(node["name"])
        for column in node["columns"].values():
            if not in_english(column["description"]) or not CHINESE.search(chinese_of(column)):
                found.append(f"{node['name']}.{column['name']}")
    return found


def tracked(*patterns: str) -> list[Path]:
    """Return the files under version control, and new ones that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    try:
        listed = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"needs a git checkout: {error}")
    return [path for name in listed.split("\0") if name and (path := PROJECT_DIR / name).is_file()]


def lines_matching(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Return where a pattern stands in text files."""
    found = []
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(PROJECT_DIR)
        found += [f"{name}:{number}" for number, line in enumerate(lines, start=1) if pattern.search(line)]
    return found


# --- layers and names ---


def test_a_layer_reads_only_what_it_may(project):
    assert crossings(project.manifest) == []


def test_a_model_that_reads_past_its_layer_is_found(project):
    manifest = {"nodes": dict(project.manifest["nodes"]), "sources": project.manifest["sources"]}
    mart = manifest["nodes"]["model.medfund.published_tables"]
    parents = ["model.medfund.stg_published__figures", "source.medfund.published.figures"]
    manifest["nodes"][mart["unique_id"]] = mart | {"depends_on": {"nodes": parents}}
    found = set(crossings(manifest)) - set(crossings(project.manifest))
    assert found == {"published_tables -> figures", "published_tables -> stg_published__figures"}


def test_no_mart_computes_from_what_documents_print(project):
    """What the marts say is held against the documents, so nothing that they say may come from there."""
    nodes = project.manifest["nodes"].items()
    parents = {name: node.get("depends_on", {}).get("nodes", []) for name, node in nodes}
    found, left = set(), ["model.medfund.figures"]
    while left:
        node = left.pop()
        found.add(node)
        left += [parent for parent in parents.get(node, []) if parent not in found]
    assert {"model.medfund.scorecard", "model.medfund.fct_claims"} <= found
    assert [node for node in found if "published" in node or "consistency" in node] == []


def test_models_are_named_for_their_layer(project):
    wrong = [node["name"] for node in project.nodes("model") if not re.fullmatch(NAMES[layer_of(node)], node["name"])]
    assert wrong == []


def test_a_staging_model_is_named_for_its_source(project):
    for node in project.nodes("model"):
        if layer_of(node) == "staging":
            (source,) = {parent.split(".")[2] for parent in node["depends_on"]["nodes"] if parent.startswith("source.")}
            assert node["name"].startswith(f"stg_{source}__")
            assert Path(node["original_file_path"]).parts[2] == source


def test_everything_builds_on_an_empty_lake(project):
    assert not project.failed, "\n".join(project.failed)


def test_every_unit_test_of_a_model_passes(project):
    """A production run leaves the unit tests out, so they run here, every one of them."""
    told = {unit["name"] for unit in project.manifest["unit_tests"].values()}
    assert told
    assert set(project.unit_tests) == told
    assert {name: said for name, said in project.unit_tests.items() if not said.startswith("pass")} == {}


def test_there_are_four_schemas(project):
    nodes = project.nodes("model", "seed") + list(project.manifest["sources"].values())
    assert {node["schema"] for node in nodes} == SCHEMAS
    assert {schema for schema, _ in project.relations} == SCHEMAS


# --- words ---


def test_every_table_and_column_is_described_in_english_and_names_its_chinese_term(project):
    sources = list(project.manifest["sources"].values())
    found = undescribed(project.nodes("model", "seed") + sources)
    assert not found, "\n".join(found)


def test_a_missing_description_is_found():
    said = {"a": "", "b": "Fund (基金)", "c": "Fund", "d": "基金", "e": "基金 (fund_code)", "f": "基金ID（fund_id）"}
    columns = {name: {"name": name, "description": description} for name, description in said.items()}
    node = {"name": "funds", "description": "Funds.", "columns": columns}
    assert undescribed([node]) == ["funds", "funds.a", "funds.c", "funds.d", "funds.e", "funds.f"]


def test_what_is_documented_is_what_is_built(project):
    different = []
    for node in project.nodes("model", "seed") + list(project.manifest["sources"].values()):
        relation = (node["schema"], node.get("identifier") or node["alias"])
        built, documented = set(project.relations.get(relation, {})), set(node["columns"])
        if layer_of(node) == "source":
            # the loader adds these to every table
            built -= {"batch_id", "source_file", "source_line"} - documented
            # what names a person reaches no lake
            documented -= {name for name, column in node["columns"].items() if column["config"]["meta"].get("pii") == "drop"}
        if is_step(node):
            # explains the columns that need it
            built &= documented
        if built != documented:
            different.append(f"{node['name']}: {', '.join(sorted(built ^ documented))}")
    assert not different, "\n".join(different)


def test_a_seeds_columns_are_those_of_its_file_and_typed(project):
    for node in project.nodes("seed"):
        with (PROJECT_DIR / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == list(node["columns"]), node["name"]
        assert set(header) == set(node["config"]["column_types"]), node["name"]


def test_facts_and_marts_have_enforced_contracts(project):
    open_ended = [
        node["name"]
        for node in project.nodes("model")
        if layer_of(node) in {"facts", "marts"} and not is_step(node)
        if not node["config"]["contract"]["enforced"]
    ]
    assert open_ended == []


def test_the_readme_names_the_two_commands():
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    assert [command for command in ("make run", "make test") if command not in readme] == []


# --- types ---


def test_no_column_is_a_float(project):
    floats = {
        f"{schema}.{relation}.{column}": kind
        for (schema, relation), columns in project.relations.items()
        for column, kind in columns.items()
        if INEXACT.search(kind)
    }
    assert floats == {}


def test_no_contract_or_cast_names_a_float():
    assert lines_matching(INEXACT_IN_YAML, tracked("models/*.yml", "seeds/*.yml")) == []
    for path in tracked("models/*.sql", "macros/*.sql"):
        assert not INEXACT.search(without_comments(path.read_text(encoding="utf-8"))), path


# --- files ---


def test_no_file_is_longer_than_a_reader_can_follow():
    suffixes = {".py", ".sql", ".yml", ".yaml", ".md"}
    files = tracked("models", "macros", "flows", "expectations")
    lengths = {
        path.relative_to(PROJECT_DIR).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.suffix in suffixes and "static" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_what_installs_the_project_carries_no_address():
    files = tracked("requirements*", "Makefile", ".ci")
    assert len(files) >= 6
    assert lines_matching(ADDRESS, files) == []


def test_no_file_names_a_place_on_one_machine():
    assert lines_matching(MACHINE_PATH, tracked()) == []


@pytest.mark.parametrize(
    ("pattern", "caught", "passed"),
    [
        (ADDRESS, "pip install -i https://example.org/simple", "uv pip compile --no-emit-index-url"),
        (ADDRESS, "--index-url mirror", "pip install --require-hashes -r requirements.txt"),
        (MACHINE_PATH, "cd /" + "home/li/medfund", "a.home/x and docs/work/notes"),
        (INEXACT, "cast(amount as double)", "is_doubled"),
        (INEXACT_IN_YAML, "{name: amount, data_type: double}", "description: no double is kept"),
        (CHINESE, "Fund (基金)", "Fund (fund)"),
    ],
)
def test_a_pattern_catches_what_it_is_for(pattern, caught, passed):
    assert pattern.search(caught)
    assert not pattern.search(passed)
