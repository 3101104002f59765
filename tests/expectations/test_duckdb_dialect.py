"""The dialect with a real DuckDB file, read by SQLAlchemy and by Great Expectations."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pytest
import sqlalchemy as sa

from expectations.duckdb_dialect import BufferedDuckDBDialect, warehouse_url


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "结算 2026"
    folder.mkdir()
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema facts")
        connection.execute(
            "create table facts.settlement as select i as id, i % 3 as bureau, "
            "cast(i * 1.10 as decimal(18, 2)) as total, cast(i * 0.10 as decimal(18, 2)) as fund, "
            "case when i = 7 then null else '药品' || i end as item from range(1, 301) t(i)"
        )
    return path


@pytest.fixture
def engine(database: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(warehouse_url(database))
    yield engine
    engine.dispose()


def rows_after_giving_the_connection_back(engine: sa.Engine, query: str) -> list[sa.Row]:
    """Do what Great Expectations does."""
    with engine.connect() as connection:
        result = connection.execute(sa.text(query))
    return list(result.fetchall())


def test_url_selects_our_dialect(engine: sa.Engine) -> None:
    assert isinstance(engine.dialect, BufferedDuckDBDialect)
    assert engine.dialect.name == "duckdb"


def test_rows_can_be_read_after_the_connection_was_given_back(engine: sa.Engine) -> None:
    rows = rows_after_giving_the_connection_back(engine, "select id, total from facts.settlement order by id")
    assert len(rows) == 300
    assert rows[0] == (1, Decimal("1.10"))
    assert rows_after_giving_the_connection_back(engine, "select id from facts.settlement where false") == []


def test_plain_duckdb_engine_still_needs_us(database: Path) -> None:
    """When this fails, duckdb_engine or DuckDB have mended it and the module can go."""
    engine = sa.create_engine(f"duckdb:///{database}?access_mode=read_only")
    try:
        assert rows_after_giving_the_connection_back(engine, "select id from facts.settlement limit 3") == []
    finally:
        engine.dispose()


def test_read_only_unless_asked_otherwise(engine: sa.Engine, database: Path) -> None:
    statement = sa.text("insert into facts.settlement (id) values (0)")
    with pytest.raises(sa.exc.DBAPIError, match="read-only"), engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()

    writer = sa.create_engine(warehouse_url(database, read_only=False))
    with writer.begin() as connection:
        connection.execute(statement)
        connection.execute(sa.text("create table facts.other (id integer)"))
    assert rows_after_giving_the_connection_back(writer, "select count(*) from facts.settlement") == [(301,)]
    writer.dispose()


def test_read_only_through_connect_args(database: Path) -> None:
    url = warehouse_url(database, read_only=False)
    engine = sa.create_engine(url, connect_args={"config": {"access_mode": "read_only"}})
    with pytest.raises(sa.exc.DBAPIError, match="read-only"), engine.begin() as connection:
        connection.execute(sa.text("drop table facts.settlement"))
    engine.dispose()


def test_great_expectations_runs_every_kind_of_check(database: Path) -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("warehouse", connection_string=warehouse_url(database))
    asset = source.add_table_asset("settlement", table_name="settlement", schema_name="facts")
    checks = {
        "column": gxe.ExpectColumnValuesToNotBeNull(column="item"),
        "aggregate": gxe.ExpectColumnSumToBeBetween(column="total", min_value=1),
        "pair": gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="total", column_B="fund"),
        "multi-column": gxe.ExpectCompoundColumnsToBeUnique(column_list=["id", "bureau"]),
        "unique": gxe.ExpectColumnValuesToBeUnique(column="bureau"),
        "table": gxe.ExpectTableRowCountToEqual(value=300),
        "sql": gxe.UnexpectedRowsExpectation(unexpected_rows_query="select id from {batch} where id > 290"),
    }
    for name, check in checks.items():
        check.meta = {"name": name}
    suite = context.suites.add(gx.ExpectationSuite(name="settlement", expectations=list(checks.values())))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name="settlement", data=asset.add_batch_definition_whole_table("all"), suite=suite)
    )
    outcome = definition.run(result_format="COMPLETE")
    source.get_engine().dispose()
    source.get_execution_engine().engine.dispose()

    results = {result.expectation_config.meta["name"]: result for result in outcome.results}
    crashed = {name: r.exception_info for name, r in results.items() if not r.result}
    assert crashed == {}
    assert {name: r.success for name, r in results.items()} == {
        "column": False,
        "aggregate": True,
        "pair": True,
        "multi-column": True,
        "unique": False,
        "table": True,
        "sql": False,
    }
    assert results["column"].result["unexpected_count"] == 1
    assert results["unique"].result["unexpected_count"] == 300
    assert results["sql"].result["observed_value"] == 10
    assert results["sql"].result["details"]["unexpected_rows"][0] == {"id": 291}
    # both of GX's engines let go of the file: it can be written again
    duckdb.connect(str(database)).close()
