"""What the demo delivers fits the extract contracts: columns, required values, code lists."""

from __future__ import annotations

import duckdb
import pytest
import yaml

from flows.demo.written import KEYS
from flows.settings import PROJECT_DIR

CONTRACTS = {
    table["name"]: {column["name"]: column["config"]["meta"] for column in table["columns"]}
    # the demo county sends persons and claims; forms of a finance section and of cities are none of its
    for path in [
        *(PROJECT_DIR / "models" / "sources" / "platform").glob("*.yml"),
        PROJECT_DIR / "models" / "sources" / "bureau.yml",
    ]
    for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    if source["name"] in ("platform", "bureau")
    for table in source["tables"]
}


def test_the_demo_delivers_every_table_of_the_contracts():
    assert set(KEYS) == set(CONTRACTS)


@pytest.mark.parametrize("table", sorted(KEYS))
def test_every_delivered_column_is_in_the_contract(table: str, read: duckdb.DuckDBPyConnection):
    delivered = {row[0] for row in read.execute(f"describe all_{table}").fetchall()} - {"delivered"}
    assert delivered - set(CONTRACTS[table]) == set()


@pytest.mark.parametrize("table", sorted(KEYS))
def test_required_columns_are_delivered_and_full(table: str, read: duckdb.DuckDBPyConnection):
    required = [name for name, meta in CONTRACTS[table].items() if not meta.get("nullable", True)]
    empty = " or ".join(f"{name} is null" for name in required)
    assert read.execute(f"select count(*) from all_{table} where {empty}").fetchone() == (0,)


@pytest.mark.parametrize("table", sorted(KEYS))
def test_coded_values_are_in_their_lists(table: str, read: duckdb.DuckDBPyConnection):
    delivered = {row[0] for row in read.execute(f"describe all_{table}").fetchall()}
    for name, meta in CONTRACTS[table].items():
        codes = meta.get("codes", {}).get("values")
        if codes and name in delivered:
            found = {
                row[0] for row in read.execute(f"select distinct {name} from all_{table} where {name} is not null").fetchall()
            }
            assert found <= set(codes), name
