"""The expectations at the border: what landed is what the contracts say, no row is lost, and nothing is far from last month.

One custom expectation for each table of a contract proves its columns, required columns and code lists in one scan; a suite of
one expectation a column would scan a table of a hundred columns fifty times.
"""

from __future__ import annotations

from typing import Any, ClassVar

from expectations.rules import SqlRule, text_literal
from flows.contract import load_contracts

# what the loader writes beside a column whose total it could not compare (flows/ingest/control_totals.py)
NOT_COMPARED = ": not compared, "


class ExpectLakeToHoldWhatWasLoaded(SqlRule):
    """The lake holds the rows that were loaded, of each batch and table (入湖行数与在湖行数一致).

    For a suite over the files that the loader has taken in. A file of the lake that was lost gives no error: its rows are
    fewer, and everything made from them adds up.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the batches and tables of which the lake has other rows than were loaded."""
        held = " union all ".join(
            f"select {text_literal(table.name)} as table_name, batch_id, count(*) as row_count "
            f"from raw.{table.source}_{table.name} group by batch_id"
            for tables in load_contracts().values()
            for table in tables.values()
        )
        return (
            "with files as (select * from {batch}), loaded as (select batch_id, table_name, sum(loaded_count) as row_count "
            f"from files group by batch_id, table_name), held as ({held}) "
            "select loaded.batch_id as a_batch, loaded.table_name as b_table, cast(loaded.row_count as varchar) as c_loaded, "
            "cast(coalesce(held.row_count, 0) as varchar) as d_in_the_lake from loaded "
            "left join held on loaded.batch_id = held.batch_id and loaded.table_name = held.table_name "
            "where loaded.row_count <> coalesce(held.row_count, 0)"
        )


class ExpectRowsToFitTheContract(SqlRule):
    """The rows of a raw table are what its contract says (符合数据合同): columns, required columns, code lists.

    Args:
        relation: schema and name of the table, for its columns.
        columns: the columns that it has.
        required: the columns that are never empty.
        codes: column → the codes that it may have.
        batches: the batches whose rows are read; left out, all of them.

    """

    relation: str
    columns: list[str]
    required: list[str]
    codes: dict[str, list[str]]
    batches: list[str] | None = None

    # GX would run the query a second time for the number of its rows, and it reads the whole lake
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(self, metrics: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        """Count the columns at fault by the rows that are shown: they are fewer than GX fetches."""
        count = len(metrics["unexpected_rows_query.table"])
        return super()._validate(metrics | {"unexpected_rows_query.row_count": count}, *arguments, **options)

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return a row for each column at fault, with what is wrong with it and in how many rows."""
        counts = [("rows", "count(*)", "", "")]
        counts += [
            (f"empty_{name}", f'count(*) filter (where "{name}" is null)', name, "is empty") for name in values["required"]
        ]
        for name, codes in values["codes"].items():
            known = ", ".join(map(text_literal, codes))
            # an unknown code rather than all of them: it tells whoever mends it where to look
            unknown = f'"{name}" is not null and "{name}" not in ({known})'
            counts.append((f"code_{name}", f"count(*) filter (where {unknown})", name, "unknown code"))
        counted = ", ".join(f'{sql} as "{alias}"' for alias, sql, *_ in counts)
        samples = ", ".join(
            f'max("{name}") filter (where "{name}" not in ({", ".join(map(text_literal, codes))})) as "sample_{name}"'
            for name, codes in values["codes"].items()
        )
        faults = [
            f'select {text_literal(name)} as a_column, {text_literal(reason)} as b_fault, "{alias}" as n, '
            + (f'"sample_{name}"' if reason == "unknown code" else "cast(null as varchar)")
            + " as d_example from counted"
            for alias, _, name, reason in counts[1:]
        ]
        faults += [
            f"select {text_literal(name)}, 'is missing', 1, null where {text_literal(name)} not in (select name from there)"
            for name in values["columns"]
        ]
        expected = ", ".join(map(text_literal, values["columns"]))
        faults.append(f"select name, 'is not in the contract', 1, null from there where name not in ({expected})")
        schema, table = values["relation"].split(".")
        batches = values["batches"]
        # as literals: files of other batches are not opened
        read = "true" if batches is None else f"batch_id in ({', '.join(map(text_literal, batches))})" if batches else "false"
        return (
            f"with batch as (select * from {{batch}} where {read}), "
            f"counted as (select {', '.join(filter(None, [counted, samples]))} from batch), "
            "there as (select column_name as name from information_schema.columns "
            f"where table_schema = {text_literal(schema)} and table_name = {text_literal(table)}), "
            f"faults(a_column, b_fault, n, d_example) as ({' union all '.join(faults)}) "
            "select a_column, b_fault, cast(n as varchar) as c_rows, d_example from faults where n > 0"
        )


class ExpectVolumesNearTheMonthBefore(SqlRule):
    """The rows of a table and region in a month are near those of the month before (与上月数据量相比无异常).

    Only deliveries for one month are compared (period 2025M06); the files of all of them count together. A table that came in
    each of three months and not in the next, the latest for which its source sent anything, is reported too: it has no rows.

    Args:
        tables: the tables that come with about as many rows each month, as source.table; contributions do not.
        least: the least part of last month's rows that is usual, for example 0.5.
        most: the most, for example 2.
        at_least: rows of the month before from which on a comparison says anything.

    """

    tables: tuple[str, ...]
    least: str = "0.5"
    most: str = "2"
    at_least: int = 1000

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the months whose rows are far from those of the month before, and the tables that did not come."""
        least, most = (f"cast({text_literal(str(values[name]))} as decimal(9, 4))" for name in ("least", "most"))
        tables = ", ".join(map(text_literal, values["tables"]))
        return (
            "with files as (select * from {batch}), every as ("
            "select deliveries.source_name, files.table_name, deliveries.region, deliveries.period, "
            "cast(substring(deliveries.period, 1, 4) as integer) * 12 + cast(substring(deliveries.period, 6, 2) as integer) "
            "as month_no, sum(files.row_count) as rows from files "
            "join staging.stg_ingest__deliveries as deliveries on files.batch_id = deliveries.batch_id "
            "where deliveries.is_current and deliveries.period like '____M__' group by 1, 2, 3, 4, 5), "
            f"months as (select * from every where source_name || '.' || table_name in ({tables})), "
            "latest as (select source_name, region, max(period) as period, max(month_no) as month_no "
            "from every group by 1, 2), "
            "absent as (select months.source_name, months.table_name, latest.region, latest.period, "
            "max(case when months.month_no = latest.month_no - 1 then months.rows end) as rows_before "
            "from latest join months on latest.source_name = months.source_name and latest.region = months.region "
            "and months.month_no between latest.month_no - 3 and latest.month_no and months.rows > 0 "
            "group by 1, 2, 3, 4 having count(*) = 3 and max(months.month_no) < max(latest.month_no)) "
            "select this.source_name || '.' || this.table_name as a_table, this.region as b_region, this.period as c_period, "
            "cast(this.rows as varchar) as d_rows, cast(before.rows as varchar) as e_rows_before "
            "from months as this join months as before on this.source_name = before.source_name "
            "and this.table_name = before.table_name and this.region = before.region and this.month_no = before.month_no + 1 "
            f"where (this.rows < before.rows * {least} or this.rows > before.rows * {most}) "
            f"and before.rows >= {int(values['at_least'])} "
            "union all select source_name || '.' || table_name, region, period, 'did not come', cast(rows_before as varchar) "
            "from absent"
        )


class ExpectControlTotalsOfMoney(SqlRule):
    """A file with amounts came with a control total (金额表有控制总数): else a lost digit goes unseen.

    A total that could not be compared, because a value of its column cannot be read, proves nothing: the file counts as one
    without.

    Args:
        tables: the tables with amounts, as source.table; left out, those that have a column in yuan by their contract.

    """

    tables: tuple[str, ...] = ()

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the files with amounts and rows that came without a control total, or with one that was not compared."""
        tables = ", ".join(map(text_literal, values["tables"] or _tables_with_money()))
        return (
            "with files as (select * from {batch}) select deliveries.delivery_id as a_delivery, "
            "files.file_name as b_file, cast(files.row_count as varchar) as c_rows, files.control_totals as d_control_totals "
            "from files join staging.stg_ingest__deliveries as deliveries on files.batch_id = deliveries.batch_id "
            "where deliveries.is_current and files.row_count > 0 "
            f"and (coalesce(files.control_totals, '') = '' or contains(files.control_totals, {text_literal(NOT_COMPARED)})) "
            f"and deliveries.source_name || '.' || files.table_name in ({tables})"
        )


def _tables_with_money() -> list[str]:
    tables = [table for contracts in load_contracts().values() for table in contracts.values()]
    money = {"yuan", "ten_thousand_yuan"}
    return [f"{t.source}.{t.name}" for t in tables if any(c.unit in money and c.is_number for c in t.columns)]
