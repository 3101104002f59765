"""Every model and dbt test can run on Spark too: its SQL translates, with nothing of one engine."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sql_text import without_comments
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from flows.settings import PROJECT_DIR

MODELS = {path.stem: path for path in sorted((PROJECT_DIR / "models").rglob("*.sql"))}

# What only DuckDB has, or has under another name. Where a model needs it, a macro is the place.
ENGINE_SPECIFIC = re.compile(
    r"""
    ::\s*[a-z]                          # casts by sign
    | \btry_cast\b
    | \b(?:group|order)\s+by\s+all\b
    | \bqualify\b
    | \bexclude\b
    | \bread_(?:csv|parquet|json)
    | \bstrftime\b
    | \blist_\w+\s*\(
    | \bstruct_\w+\s*\(
    | \bunnest\b
    | \btarget\.type\b                  # branches by engine
    """,
    re.IGNORECASE | re.VERBOSE,
)
# constructs that sqlglot hands on to Spark unchanged, though Spark has none of them
# DuckDB's functions that a dispatched macro writes; the macro must have an implementation for Spark too
WRITTEN_BY_MACRO = {"hash": "key64"}
NOT_IN_SPARK = (exp.Columns, exp.Pivot, exp.Comprehension, exp.Glob, exp.SimilarTo)


def faults_of_translation(sql: str) -> list[str]:
    """Return what stops SQL written for DuckDB on Spark: syntax, constructs, functions nobody knows."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb", error_level=ErrorLevel.RAISE)
        functions = {function.name.lower() for function in tree.find_all(exp.Anonymous)}
        faults = [f"unknown function {name}" for name in sorted(functions - set(WRITTEN_BY_MACRO))]
        faults += [f"not in Spark: {node.sql('duckdb')}" for node in tree.find_all(*NOT_IN_SPARK)]
        faults += [f"not in Spark: {join.method} join" for join in tree.find_all(exp.Join) if join.method]
        faults += ["recursion: Spark has it since 4.0 only" for node in tree.find_all(exp.With) if node.recursive]
        translated = tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
        sqlglot.parse_one(translated, read="spark", error_level=ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        return [str(error).splitlines()[0]]
    return faults


def engine_specific(source: str) -> list[str]:
    """Return the places in a model's source that one engine alone may understand; comments do not count."""
    return [match.group() for match in ENGINE_SPECIFIC.finditer(without_comments(source))]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_translates_to_spark(project, name):
    assert faults_of_translation(project.compiled[f"model.medfund.{name}"]) == []


def test_dbt_tests_translate_to_spark(project):
    tests = project.nodes("test")
    assert tests
    faults = [
        f"{node['name']}: {fault}" for node in tests for fault in faults_of_translation(project.compiled[node["unique_id"]])
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_names_nothing_that_one_engine_alone_has(name):
    assert engine_specific(MODELS[name].read_text(encoding="utf-8")) == []


def test_every_model_is_covered(project):
    assert {node["name"] for node in project.nodes("model")} == set(MODELS)


# --- the checks themselves ---


@pytest.mark.parametrize(
    "sql",
    [
        # unsupported, says sqlglot
        "select arg_max(region, amount, 3) from claims",
        # handed on unchanged
        "select columns('.*_amount') from claims",
        "select * from claims asof join rates on claims.day >= rates.day",
        "pivot claims on fund using sum(amount)",
        "select [x for x in amounts if x > 1] from claims",
        "select * from claims where region glob 'shan*'",
        "with recursive below as (select 1 as n union all select n + 1 from below) select n from below",
        # unknown functions
        "select list_aggregate([1, 2], 'sum')",
        "select json_group_array(region) from claims",
        # no SQL
        "select a from",
    ],
)
def test_what_only_duckdb_has_is_caught(sql):
    assert faults_of_translation(sql) != []


def test_plain_sql_passes():
    assert faults_of_translation("select region, sum(amount) as amount from claims group by region") == []


@pytest.mark.parametrize(
    "sql",
    [
        "select amount::decimal(18, 2) from claims",
        "select try_cast(amount as integer) from claims",
        "select region, sum(amount) from claims group by all",
        "select * exclude (note) from claims",
        "select * from claims qualify row_number() over () = 1",
        "select list_value(1, 2)",
        "select unnest(items) from claims",
        "{% if target.type == 'duckdb' %} select 1 {% endif %}",
    ],
)
def test_an_engine_specific_word_is_found(sql):
    assert engine_specific(sql) != []


def test_a_comment_may_name_it():
    assert engine_specific("-- no qualify here\n{# nor unnest #}\nselect excluded_on from claims") == []


# --- macros that engines differ in ---

MACROS = {path.stem: without_comments(path.read_text(encoding="utf-8")) for path in (PROJECT_DIR / "macros").rglob("*.sql")}
DISPATCHED = re.compile(r"""adapter\.dispatch\(\s*['"](\w+)['"]""")
DEFINED = re.compile(r"{%-?\s*macro\s+(\w+)\(")


def lacking(sources: list[str]) -> list[str]:
    """Return the implementations that dispatched macros lack, for DuckDB and for Spark; a default serves both."""
    text = "\n".join(sources)
    defined = set(DEFINED.findall(text))
    return sorted(
        f"{engine}__{macro}"
        for macro in set(DISPATCHED.findall(text))
        for engine in ("duckdb", "spark")
        if not {f"{engine}__{macro}", f"default__{macro}"} & defined
    )


def test_a_dispatched_macro_is_written_for_both_engines():
    assert set(WRITTEN_BY_MACRO.values()) | {"raw_view"} <= set(DISPATCHED.findall("\n".join(MACROS.values())))
    assert lacking(list(MACROS.values())) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["duckdb__a"], ["spark__a"]),
        (["spark__a"], ["duckdb__a"]),
        (["duckdb__a", "default__a"], []),
        (["duckdb__b", "spark__b"], ["duckdb__a", "spark__a"]),
    ],
)
def test_an_engine_that_a_macro_lacks_is_found(written, expected):
    dispatch = "{% macro a(x) -%}{{ adapter.dispatch('a', 'medfund')(x) }}{%- endmacro %}"
    assert lacking([dispatch, *(f"{{%- macro {name}(x) %}}{{% endmacro %}}" for name in written)]) == expected


def test_the_view_on_the_lake_is_sql_of_spark(dbt, tmp_path, monkeypatch):
    """Parsed, not run: there is no Spark here."""
    monkeypatch.setenv("MEDFUND_LAKE", "/lake of o'hara")
    monkeypatch.setenv("MEDFUND_BUILD_WAREHOUSE", str(tmp_path / "project.duckdb"))
    inline = (
        "{% for source in graph.sources.values() %}{% for statement in spark__raw_view(source) %}"
        "{{ statement }};\n{% endfor %}{% endfor %}"
    )
    (result,) = dbt(tmp_path, "compile", "--inline", inline)
    statements = [one for one in sqlglot.parse(result.node.compiled_code, read="spark", error_level=ErrorLevel.RAISE) if one]
    tables = {one.find(exp.Table).name: one for one in statements if one.key == "create" and one.kind == "TABLE"}
    views = {one.find(exp.Table).name: one for one in statements if one.key == "create" and one.kind == "VIEW"}
    assert set(tables) == {f"{name}__files" for name in views}
    for name, view in views.items():
        of_files = [column.name for column in tables[f"{name}__files"].find_all(exp.ColumnDef)]
        assert view.expression.named_selects == of_files, name
    settlements = tables["platform_setl_d__files"]
    kinds = {column.name: column.kind.sql("spark") for column in settlements.find_all(exp.ColumnDef)}
    assert (kinds["setl_id"], kinds["medfee_sumamt"], kinds["begndate"]) == ("STRING", "DECIMAL(16, 2)", "DATE")
    assert (kinds["setl_time"], kinds["source_line"], kinds["batch_id"]) == ("TIMESTAMP_NTZ", "BIGINT", "STRING")
    # what names a person reaches no lake
    assert "psn_name" not in kinds
    assert settlements.find(exp.LocationProperty).this.this == "/lake of o'hara/platform/setl_d"
