"""Suites for the raw tables, made from the extract contracts: the columns, the required ones, the code lists.

The loader has read each row by the same contract. These suites prove on the lake what it promised, and so catch a lake that was
changed behind its back and a contract that was tightened after a load.
"""

from __future__ import annotations

from typing import Any

from flows.contract import Column, Table, load_contracts


def _column_checks(column: Column) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = []
    if not column.nullable:
        checks.append(
            {
                "type": "expect_column_values_to_not_be_null",
                "kwargs": {"column": column.name},
                "severity": "critical",
                "description": f"{column.name} ({column.label_zh}) is never empty.",
                "meta": {"rule": f"{column.name}_is_given", "who_fixes": "sender"},
            }
        )
    if column.codes:
        checks.append(
            {
                "type": "expect_column_values_to_be_in_set",
                "kwargs": {"column": column.name, "value_set": sorted(column.codes.members())},
                "severity": "critical",
                "description": f"{column.name} ({column.label_zh}) is {column.codes.expected}.",
                "meta": {"rule": f"{column.name}_is_a_known_code", "who_fixes": "sender"},
            }
        )
    return checks


def _suite_of(table: Table) -> dict[str, Any]:
    expected = [column.name for column in table.columns] + ["source_file", "source_line", "batch_id"]
    columns = {
        "type": "expect_table_columns_to_match_set",
        "kwargs": {"column_set": expected, "exact_match": True},
        "severity": "critical",
        "description": f"The columns are those of models/sources/{table.source}.yml.",
        "meta": {"rule": "columns_are_the_contract", "who_fixes": "us"},
    }
    name = f"{table.source}_{table.name}"
    return {
        "name": f"raw.{name}",
        # a table that no delivery has brought is empty and no fault
        "meta": {"schema": "raw", "table": name, "may_be_empty": True},
        "expectations": [columns, *(check for column in table.columns for check in _column_checks(column))],
    }


def contract_suites() -> list[dict[str, Any]]:
    """Return one suite for each table of each contract, in GX's own form."""
    return [_suite_of(table) for tables in load_contracts().values() for table in tables.values()]
