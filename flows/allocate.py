"""`medfund allocate`: what a scenario of the total budget gives beside the plan, and who gains and loses.

A scenario of the seeds stands in the published warehouse. One in a file is computed by the very same dbt models, in a database
of its own that is thrown away: the published warehouse is only read.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
from rich.console import Console
from rich.table import Table

from flows.errors import BuildFailedError, UsageError
from flows.published import open_published, require_published
from flows.settings import Settings

Format = Literal["table", "json", "csv"]
COLUMNS = ("parameter", "fund", "region", "item", "value")
PLAN = "plan"
# what the models of an allocation read that they do not compute: copied from the published warehouse
_INPUTS = (
    "scenarios",
    "scenario_parameters",
    "scenario_parameter_kinds",
    "budget_items",
    "dim_tree_edges",
    "dim_budget_institutions",
    "fct_hospital_payments",
    "fct_budget_items",
    "fct_paying_counts",
    "fct_contribution_standards",
)
_SELECTED = (
    "dim_scenario_parameters",
    "+scenario_faults,path:models/marts/budget",
    "+scenario_allocations,path:models/marts/budget",
)
_ROWS = """
    select allocations.fund, allocations.region, regions.label_zh, allocations.item, allocations.plan_allocation,
        allocations.allocation, allocations.gain, allocations.gain_pct
    from marts.scenario_allocations as allocations
    left join facts.dim_regions as regions on allocations.region = regions.region
    where allocations.scenario = ?
    order by allocations.fund, allocations.position, allocations.item
"""


@dataclass(frozen=True)
class WhatIf:
    """An allocation beside the plan's; money in yuan."""

    scenario: str
    rows: list[dict[str, Any]]

    def as_json(self) -> str:
        """Write it for a program: amounts are texts in yuan, so that none becomes a float."""
        rows = [{name: f"{v:f}" if isinstance(v, Decimal) else v for name, v in row.items()} for row in self.rows]
        return json.dumps(
            {"scenario": self.scenario, "compared_with": PLAN, "unit": "yuan", "rows": rows}, ensure_ascii=False, indent=2
        )

    def as_csv(self) -> str:
        """Write it as CSV, in yuan."""
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(self.rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return buffer.getvalue()

    def as_table(self) -> str:
        """Write it for a person, in 万元: each receiver in the plan and in the scenario; then who gains and who loses."""
        buffer = io.StringIO()
        console = Console(file=buffer, width=120, highlight=False)
        for fund in dict.fromkeys(row["fund"] for row in self.rows):
            rows = [row for row in self.rows if row["fund"] == fund]
            table = Table(box=None, padding=(0, 2, 0, 0), title=f"{fund}, 万元", title_justify="left")
            for name, side in (
                ("", "left"),
                ("", "left"),
                ("plan", "right"),
                (self.scenario, "right"),
                ("gain", "right"),
                ("%", "right"),
            ):
                table.add_column(name, justify=side)
            for row in rows:
                percent = "" if row["gain_pct"] is None else f"{row['gain_pct']:+.2f}"
                amounts = (_wan(row["plan_allocation"]), _wan(row["allocation"]), _wan(row["gain"], sign=True))
                table.add_row(row["label_zh"] or row["region"], row["item"].replace("_", "-"), *amounts, percent)
            sums = [sum(row[name] for row in rows) for name in ("plan_allocation", "allocation", "gain")]
            table.add_row("all", "", _wan(sums[0]), _wan(sums[1]), _wan(sums[2], sign=True), "")
            console.print(table)
            console.print(f"gain: {_named(rows, 1)}; lose: {_named(rows, -1)}\n")
        return buffer.getvalue()


def _wan(yuan: Decimal, *, sign: bool = False) -> str:
    """Write yuan in 万元, with as many decimals as it has."""
    wan = (yuan / 10_000).normalize()
    text = f"{wan:+,f}" if sign else f"{wan:,f}"
    return "0" if not wan else text


def _named(rows: list[dict[str, Any]], sign: int) -> str:
    moved = sorted((row for row in rows if row["gain"] * sign > 0), key=lambda row: -row["gain"] * sign)
    names = [
        f"{row['label_zh'] or row['region']} {row['item'].replace('_', '-')} {_wan(row['gain'], sign=True)}" for row in moved
    ]
    return ", ".join(names) or "none"


def read_scenario(path: Path) -> list[dict[str, str | int]]:
    """Read the rows of a scenario file: the plan's rows that it replaces, and such as the plan has not.

    Raises:
        UsageError: the file cannot be read, lacks a column or has one that is not known, or has no row.

    """
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as a scenario ({error}); expected CSV in UTF-8") from error
    header = [name.strip() for name in lines[0]] if lines else []
    if sorted(set(header) - {"note"}) != sorted(COLUMNS) or len(set(header)) < len(header):
        raise UsageError(
            f"{path}, line 1: the columns are {', '.join(header) or 'none'}; expected {', '.join(COLUMNS)}, and note or not"
        )
    rows: list[dict[str, str | int]] = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise UsageError(f"{path}, line {number}: {len(cells)} cells; expected {len(header)}, as the header has")
        rows.append({"row_no": number} | {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
    if not rows:
        raise UsageError(f"{path}: no row; a scenario changes at least one row of the plan")
    return rows


def allocate(settings: Settings, scenario: str) -> WhatIf:
    """Allocate the local inpatient budget by a scenario and compare it with the plan.

    Args:
        settings: of the run; the published warehouse is read.
        scenario: a code of the seed scenarios, or the path of a file of rows.

    Raises:
        UsageError: there is no warehouse or no such scenario, or a row of it makes no sense.
        BuildFailedError: dbt could not compute it.

    """
    require_published(settings.warehouse)
    path = Path(scenario)
    if path.suffix or path.exists():
        return _allocate_file(settings, path)
    with open_published(settings.warehouse) as connection:
        known = [code for (code,) in connection.execute("select scenario from facts.scenarios order by scenario").fetchall()]
        if scenario not in known:
            raise UsageError(f"no scenario {scenario!r}; there are: {', '.join(known)}, or name a file such as what_if.csv")
        return _result(connection, scenario, scenario)


def _result(connection: duckdb.DuckDBPyConnection, scenario: str, name: str) -> WhatIf:
    result = connection.execute(_ROWS, [scenario])
    columns = [column[0] for column in result.description]
    rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    if not rows:
        raise UsageError(f"{name}: nothing to allocate; no hospital payments of its years were delivered")
    return WhatIf(name, rows)


def _allocate_file(settings: Settings, path: Path) -> WhatIf:
    from flows.transform.dbt import node_results, run_dbt

    rows = read_scenario(path)
    with tempfile.TemporaryDirectory(prefix="medfund-what-if-") as folder:
        aside = Path(folder)
        build = aside / "what_if.duckdb"
        with duckdb.connect(str(build)) as connection:
            _copy_inputs(connection, settings.warehouse)
            _insert(connection, path.stem, rows)
        own = settings.model_copy(update={"build_warehouse": build, "state": aside / "state"})
        parsed = settings.dbt_target / "partial_parse.msgpack"
        if parsed.exists():  # saves dbt from reading the project again
            own.dbt_target.mkdir(parents=True)
            shutil.copyfile(parsed, own.dbt_target / parsed.name)
        result = run_dbt(own, "run", options=("--select", *_SELECTED), show_nodes=False)
        if not result.success:
            failed = "; ".join(f"{node.name}: {node.message}" for node in node_results(result) if node.failed)
            raise BuildFailedError(f"{path}: dbt could not compute it: {failed or result.exception}")
        with duckdb.connect(str(build), read_only=True) as connection:
            _refuse_faults(connection, path)
            return _result(connection, path.stem, path.stem)


def _copy_inputs(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Copy what an allocation is computed from; the published file is opened for reading only."""
    attached = str(warehouse).replace("'", "''")
    connection.execute(f"attach '{attached}' as published (read_only)")
    connection.execute("create schema facts")
    for table in (*_INPUTS, "dim_regions"):
        connection.execute(f"create table facts.{table} as from published.facts.{table}")
    connection.execute("detach published")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, str | int]]) -> None:
    """Put the scenario beside those that are there, based on the plan; one of the same name is replaced."""
    if name == PLAN:
        raise UsageError(f"a what-if cannot be called {PLAN!r}: it is compared with the plan. Give the file another name.")
    for table in ("scenarios", "scenario_parameters"):
        connection.execute(f"delete from facts.{table} where scenario = ?", [name])
    connection.execute(
        "insert into facts.scenarios (scenario, based_on, region, budget_year) "
        "select ?, scenario, region, budget_year from facts.scenarios where scenario = ?",
        [name, PLAN],
    )
    connection.executemany(
        "insert into facts.scenario_parameters (scenario, row_no, parameter, fund, region, item, value, is_synthetic) "
        "values (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), false)",
        [[name, row["row_no"], *(row[column] for column in COLUMNS)] for row in rows],
    )


def _refuse_faults(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a scenario that makes no sense, with each fault: line, row, value and what was expected.

    Raises:
        UsageError: there is one.

    """
    faults = connection.execute(
        "select row_no, parameter, fund, region, item, value, expected from marts.scenario_faults "
        "where scenario = ? order by row_no nulls last, parameter, fund",
        [path.stem],
    ).fetchall()
    if not faults:
        return
    own = {number for (number,) in connection.execute(
        "select row_no from facts.scenario_parameters where scenario = ?", [path.stem]
    ).fetchall()}  # fmt: skip
    said = []
    for number, parameter, fund, region, item, value, expected in faults:
        row = " · ".join(part for part in (parameter, fund, region, item) if part and part != "none")
        place = f"line {number}, " if number in own else ""
        said.append(f"{place}row {row}: {'no value' if value is None else f'value {value}'}; expected {expected}")
    raise UsageError(f"scenario {path.stem} ({path}) makes no sense:\n  " + "\n  ".join(said))


def render(what_if: WhatIf, form: Format) -> str:
    """Write an allocation in a format."""
    if form == "json":
        return what_if.as_json() + "\n"
    return what_if.as_csv() if form == "csv" else what_if.as_table()
