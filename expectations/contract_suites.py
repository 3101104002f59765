"""The suites of the raw tables, made from the extract contracts: the columns, the required ones, the code lists.

The loader has read each row by the same contract. These suites prove on the lake what it promised, and so catch a lake that was
changed behind its back and a contract that was tightened after a load.
"""

from __future__ import annotations

from typing import Any

from flows.contract import Table, load_contracts

ADDED_BY_THE_LOADER = ["source_file", "source_line", "batch_id"]


def _suite_of(table: Table) -> dict[str, Any]:
    name = f"{table.source}_{table.name}"
    fits = {
        "type": "expect_rows_to_fit_the_contract",
        "kwargs": {
            "relation": f"raw.{name}",
            "columns": [column.name for column in table.in_lake] + ADDED_BY_THE_LOADER,
            "required": [column.name for column in table.in_lake if not column.nullable],
            "codes": {column.name: sorted(column.codes.members()) for column in table.in_lake if column.codes},
        },
        "severity": "critical",
        "description": f"Columns, required columns and codes are those of {table.file} (符合数据合同).",
        "meta": {"rule": "rows_fit_the_contract", "who_fixes": "sender"},
    }
    return {
        "name": f"raw.{name}",
        # a table that no delivery has brought is empty and no fault
        "meta": {"schema": "raw", "table": name, "source": table.source, "source_table": table.name, "may_be_empty": True},
        "expectations": [fits],
    }


def contract_suites() -> list[dict[str, Any]]:
    """Return one suite for each table of each contract, in GX's own form."""
    return [_suite_of(table) for tables in load_contracts().values() for table in tables.values()]
