"""The warnings on the execution of the total budget in its latest month: read, counted, and left as a Prefect artifact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from prefect.artifacts import create_markdown_artifact

SHOWN = 5
_FLAGS = """
    select flags.period, flags.severity, flags.warning, flags.is_monitored,
        coalesce(regions.label_zh, flags.region)
            || case flags.budget_level
                when 'institution' then ' ' || coalesce(institutions.institution_name, flags.institution_code)
                else ''
            end as place,
        flags.fund, coalesce(items.label_zh, flags.item) as item, flags.reason_zh, flags.reason_en,
        cast(flags.budget_amount as varchar) as budget_amount,
        cast(flags.executed_to_date as varchar) as executed_to_date,
        cast(flags.expected_to_date as varchar) as expected_to_date
    from marts.budget_flags as flags
    left join facts.dim_regions as regions on flags.region = regions.region
    left join facts.dim_items as items on flags.item = items.item
    left join facts.dim_budget_institutions as institutions on flags.institution_code = institutions.institution_code
    where flags.is_latest
    order by
        flags.position, flags.is_monitored desc, abs(flags.executed_to_date - flags.expected_to_date) desc, place, flags.fund
"""


def read_flags(warehouse: Path) -> list[dict[str, Any]]:
    """Return the warnings of the latest month, the most serious first, amounts as texts in yuan.

    Args:
        warehouse: the published warehouse.

    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        result = connection.execute(_FLAGS)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def worst(flags: list[dict[str, Any]], shown: int = SHOWN) -> list[dict[str, Any]]:
    """Return the first warnings, those of the most money first within one kind; they come in that order."""
    return flags[:shown]


def counted(flags: list[dict[str, Any]]) -> str:
    """Say how many warnings there are of each severity, and of which month: `3 alarm, 16 watch in 2026M09`."""
    severities = [flag["severity"] for flag in flags]
    counts = ", ".join(f"{severities.count(severity)} {severity}" for severity in dict.fromkeys(severities))
    return f"{counts} in {flags[0]['period']}" if flags else "none"


def as_markdown(flags: list[dict[str, Any]]) -> str:
    """Write every warning as a table, in yuan."""
    lines = [
        f"Budget warnings: {counted(flags)}.",
        "",
        "| severity | where | fund | item | reason | executed to date | expected by now | budget |",
        "|---|---|---|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {f['severity']} | {f['place']} | {f['fund']} | {f['item']} | {f['reason_zh']} | {f['executed_to_date']} "
        f"| {f['expected_to_date']} | {f['budget_amount']} |"
        for f in flags
    ]
    return "\n".join(lines)


def report_flags(flags: list[dict[str, Any]]) -> None:
    """Leave the warnings as the Prefect artifact `budget-warnings`; none where nothing is warned of."""
    if flags:
        create_markdown_artifact(
            key="budget-warnings", markdown=as_markdown(flags), description="Warnings on the total budget."
        )
