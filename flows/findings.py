"""What the consistency engine found, for a person or a program: `medfund findings` and `medfund explain`."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb

from flows.errors import UsageError
from flows.published import open_published

Format = Literal["table", "csv", "json", "xlsx", "markdown"]
FINDING_COLUMNS = (
    "document_id",
    "document_line",
    "printed_value",
    "printed_unit",
    "statement_zh",
    "likely_cause",
    "failing_check_count",
    "who_fixes",
    "waiver",
    "check_id",
)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


# our own marts are checked as one document
_KNOWN = "select * from (select document_id from facts.dim_documents order by all) union all select 'medfund'"


def read_findings(warehouse: Path, document: str | None = None) -> list[dict[str, Any]]:
    """Return the findings of the published warehouse, document by document, the furthest outside first.

    Args:
        warehouse: the published warehouse.
        document: only this document; its code or the beginning of it.

    Raises:
        UsageError: there is no warehouse, or no document of that name.

    """
    with open_published(warehouse) as connection:
        known = [d for (d,) in connection.execute(_KNOWN).fetchall()]
        if document and not any(name.startswith(document) for name in known):
            raise UsageError(f"no document {document!r}; there are: {', '.join(known)}")
        return _rows(
            connection,
            "select * from marts.consistency_findings where starts_with(document_id, ?) "
            "order by document_id, distance_pct desc, document_line, check_id",
            [document or ""],
        )


def render_findings(findings: list[dict[str, Any]], form: Format, output: Path | None = None) -> str:
    """Write findings as text in a format; `xlsx` goes into the file `output`.

    Raises:
        UsageError: xlsx without a file to write to.

    """
    if form == "json":
        return json.dumps(findings, ensure_ascii=False, indent=2, default=_plain)
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(findings[0]) if findings else FINDING_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(findings)
        return buffer.getvalue()
    if form == "markdown":
        return _as_markdown(findings)
    if form == "xlsx":
        if output is None:
            raise UsageError("xlsx needs a file to write to: --output findings.xlsx")
        return _as_workbook(findings, output)
    return _as_table(findings)


def _plain(value: object) -> str:
    """Write a DECIMAL without exponent or trailing zeros."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _as_table(findings: list[dict[str, Any]]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("document", "line", "what does not hold", "likely cause", "check"):
        table.add_column(name, overflow="fold")
    for row in findings:
        waived = f" [waived: {row['waiver']}]" if row["waiver"] else ""
        table.add_row(
            row["document_id"],
            str(row["document_line"]),
            Text(row["statement_zh"] + waived),
            row["likely_cause"] or "",
            row["check_id"],
        )
    console = Console(file=io.StringIO(), width=180)
    if findings:
        console.print(table)
    console.print(f"{len(findings)} findings")
    return console.file.getvalue()


def _as_markdown(findings: list[dict[str, Any]]) -> str:
    lines = [
        "# Findings in the published documents",
        "",
        "Written by `medfund findings --format markdown --output docs/findings.md`; not typed.",
        "",
        f"{len(findings)} figures do not follow from the figures around them. Each row is one suspect figure; one slip",
        "fires several checks, which are counted. `medfund explain CHECK_ID` shows the arithmetic.",
    ]
    document = None
    for row in findings:
        if row["document_id"] != document:
            document = row["document_id"]
            lines += ["", f"## {document}", "", "| line | printed | what does not hold | likely cause | checks | check |"]
            lines += ["|---|---|---|---|---|---|"]
        printed = f"{row['printed_value']}{row['printed_unit'] or ''}" if row["printed_value"] else "（空）"
        cells = (
            row["document_line"],
            printed,
            row["statement_zh"],
            row["likely_cause"] or "",
            row["failing_check_count"],
            f"`{row['check_id']}`",
        )
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _as_workbook(findings: list[dict[str, Any]], output: Path) -> str:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "findings"
    sheet.append(list(FINDING_COLUMNS))
    for row in findings:
        sheet.append([row[name] for name in FINDING_COLUMNS])
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJ", (40, 8, 14, 8, 90, 36, 10, 10, 20, 16), strict=True):
        sheet.column_dimensions[column].width = width
    output.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(output)
    return f"wrote {output}\n"


def explain(warehouse: Path, check_id: str) -> str:
    """Show one check: what it says, each term, where it stands, and the arithmetic.

    Args:
        warehouse: the published warehouse.
        check_id: the check's code, or the beginning of it.

    Raises:
        UsageError: no check, or more than one, begins so.

    """
    with open_published(warehouse) as connection:
        checks = _rows(connection, "select * from marts.consistency_checks where starts_with(check_id, ?)", [check_id])
        if len(checks) != 1:
            raise UsageError(f"{len(checks)} checks begin with {check_id!r}; `medfund findings` lists those that fail")
        check = checks[0]
        terms = _rows(
            connection,
            "select * from marts.consistency_check_terms where check_id = ? "
            "order by case role when 'target' then 0 when 'numerator' then 1 when 'child' then 2 when 'weight' then 3 "
            "else 4 end, term_no",
            [check["check_id"]],
        )
        causes = _rows(
            connection, "select likely_cause from marts.consistency_findings where check_id = ?", [check["check_id"]]
        )
    unit = check["unit"]
    lines = [
        check["statement_zh"],
        check["statement_en"],
        "",
        f"status     {check['status']} ({check['family']}, {check['rule_id']})",
        f"printed    {_plain(check['value'])} {unit}, that is {_plain(check['value_low'])} to {_plain(check['value_high'])}",
    ]
    if check["other_value"] is not None:
        upper = _plain(check["allowed_high"]) if check["allowed_high"] is not None else "any"
        lines.append(f"allowed    {_plain(check['allowed_low'])} to {upper} {unit}, nominal {_plain(check['other_value'])}")
        lines.append(f"residual   {_plain(check['residual'])} {unit}, {_plain(check['distance'])} outside")
    if causes and causes[0]["likely_cause"]:
        lines.append(f"cause      {causes[0]['likely_cause']}")
    if check["waiver"]:
        lines.append(f"waived     {check['waiver']}")
    lines += ["", "terms"]
    lines += [_describe(term) for term in terms]
    return "\n".join(lines) + "\n"


def _describe(term: dict[str, Any]) -> str:
    """Say of a term what it is, what is printed and where."""
    sign = "− " if term["coefficient"] < 0 else ""
    if term["figure_id"] is None:
        if term["origin"] == "missing":
            return f"  {term['role']:<12} {sign}{term['measure']} {term['period']}: not printed"
        return f"  {term['role']:<12} {sign}{_plain(term['value'])} {term['measure']} {term['period']} ({term['origin']})"
    name = " · ".join(part for part in (term["row_label"], term["column_label"]) if part)
    place = term["document_id"] + (f", line {term['document_line']}" if term["document_line"] else "")
    place += f", table {term['table_id']}" if term["table_id"] else ", text"
    return f"  {term['role']:<12} {sign}{term['printed_value']}{term['printed_unit'] or ''}  {name}  [{place}]"
