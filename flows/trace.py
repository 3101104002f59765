"""From a cell of a mart down to its claims: the query, and its first rows. Persons appear as tokens only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.errors import UsageError
from flows.published import open_published

# coordinates that name a set of claims; a mart has some of them
_MEMBERS = ("benefit_category", "care_area", "institution_level", "institution")
_SHOWN = (
    "settlement_id, settled_at, person_token, fund, benefit_category, care_area, institution_level, institution_code, visits, "
    "bed_days, total_cost, policy_cost, basic_paid, serious_paid, assistance_paid, account_paid, is_reversal, delivery_id, "
    "source_file, source_line"
)
# marts whose numbers are sums of claims; what they cover where they have no column for it
_MARTS = {
    "inpatient_by_care_area": "inpatient",
    "inpatient_by_level": "inpatient",
    "inpatient_by_institution": "inpatient",
    "services": "inpatient",
    "expenditure_by_category": None,
    "outpatient_by_category": None,
    "chronic_by_level": None,
    "negotiated_drugs": None,
    "personal_account": None,
    "structural_shifts": None,
    "assistance": None,
}
_FUNDS = {"basic": ("resident", "employee"), "assistance_resident": ("resident",), "assistance_employee": ("employee",)}


@dataclass(frozen=True)
class Trace:
    """One cell and the claims under it."""

    cell: dict[str, str]
    query: str
    columns: list[str]
    rows: list[tuple]
    count: int

    def words(self) -> str:
        """Say what was found: the cell, the query to paste, how many claims there are, and the first as tab-separated lines."""
        cell = ", ".join(f"{name} {value}" for name, value in self.cell.items())
        lines = ["\t".join("" if value is None else str(value) for value in row) for row in self.rows]
        shown = [
            f"-- {cell}",
            f"{self.query};",
            "",
            f"{self.count:,} claims; the first {len(lines)}:",
            "\t".join(self.columns),
            *lines,
        ]
        return "\n".join(shown) + "\n"


def trace(warehouse: Path, mart: str, where: str, limit: int = 10) -> Trace:
    """Find the claims that one row of a mart adds up.

    Args:
        warehouse: The published warehouse.
        mart: Name of the mart, without its schema.
        where: Condition that picks one row: `period = '2025H1' and fund = 'resident' and institution_level = 'primary'`.
        limit: How many claims to return.

    Raises:
        UsageError: there is no warehouse or no such mart, the condition cannot be read, or it picks no row or more than one.

    """
    if mart not in _MARTS:
        raise UsageError(f"{mart} is no mart of claims. These are: {', '.join(_MARTS)}")
    with open_published(warehouse) as connection:
        cell = _cell(connection, mart, where)
        query = claims_query(mart, cell)
        count = connection.execute(f"select count(*) from ({query}) as claims").fetchone()[0]
        result = connection.execute(f"{query}\nlimit {limit}")
        return Trace(cell, query, [column[0] for column in result.description], result.fetchall(), count)


def _cell(connection: duckdb.DuckDBPyConnection, mart: str, where: str) -> dict[str, str]:
    """Return the coordinates of the one row that the condition picks."""
    columns = [name for name, *_ in connection.execute(f"describe marts.{mart}").fetchall()]
    named = [column for column in ("region", "period", "fund", *_MEMBERS) if column in columns]
    try:
        rows = connection.execute(f"select {', '.join(named)} from marts.{mart} where {where} limit 3").fetchall()
    except duckdb.Error as error:
        raise UsageError(f"the condition {where!r} cannot be used on {mart} (columns: {', '.join(named)}): {error}") from error
    if len(rows) != 1:
        found = "no row" if not rows else "more than one row, such as " + " and ".join(str(row) for row in rows[:2])
        raise UsageError(f"{where!r} picks {found} of {mart}; name one row by {', '.join(named)}")
    return dict(zip(named, rows[0], strict=True))


def claims_query(mart: str, cell: dict[str, str]) -> str:
    """Return the query on facts.fct_claims whose sums are the cell: its months, and the members under each coordinate."""
    fund, category = cell["fund"], cell.get("benefit_category", "all")
    funds = _FUNDS.get(fund, (fund,))
    lines = [
        f"select {_SHOWN}",
        "from facts.fct_claims as claims",
        f"where region = '{cell['region']}'",
        "    and settlement_month in (",
        "        select month_starts_on from facts.bridge_period_months",
        f"        where region = '{cell['region']}' and period = '{cell['period']}' and not is_earlier",
        "    )",
    ]
    if fund == "assistance_other":
        lines.append("    and fund not in ('resident', 'employee')")
    elif fund not in ("all", "assistance"):
        lines.append(f"    and fund in ({', '.join(map(repr, funds))})")
    if _MARTS[mart] == "inpatient":
        covers = "select inpatient_covers from facts.dim_report_parameters as parameters"
        ancestor = f"({covers} where parameters.region = claims.region and parameters.fund = claims.fund)"
        lines.append(_under("benefit_category", ancestor))
    elif mart == "expenditure_by_category" and category == "personal_account":
        lines.append("    and account_paid <> 0")
    elif mart == "assistance" and category == "unmapped":
        lines.append(_outside_the_tree(fund))
    elif category != "all":
        lines.append(_under("benefit_category", f"'{category}'"))
    if mart == "personal_account":
        lines.append("    and account_paid <> 0")
    if fund.startswith("assistance"):
        lines.append("    and assistance_paid <> 0")
    lines += [
        _under(d, f"'{cell[d]}'") for d in ("care_area", "institution_level") if cell.get(d, "all") not in ("all", "none")
    ]
    if cell.get("institution", "all") != "all":
        lines += [
            "    and institution_code in (",
            "        select institution_code from facts.dim_institutions as institutions",
            "        inner join facts.bridge_members as members on institutions.institution = members.member",
            "        where members.dimension = 'institution' and members.fund = claims.fund",
            f"            and members.ancestor = '{cell['institution']}'",
            "    )",
        ]
    return "\n".join([*lines, "order by settled_at, settlement_id"])


def _outside_the_tree(fund: str) -> str:
    """Keep the claims of categories that the tree of assistance does not have."""
    known = "members.ancestor = 'inpatient' and members.fund = claims.fund or members.is_in_tree and members.fund"
    return (
        "    and benefit_category not in (\n"
        "        select member from facts.bridge_members as members\n"
        f"        where dimension = 'benefit_category' and ({known} = '{fund}')\n"
        "    )"
    )


def _under(dimension: str, ancestor: str) -> str:
    return (
        f"    and {dimension} in (\n"
        "        select member from facts.bridge_members as members\n"
        f"        where members.dimension = '{dimension}' and members.fund = claims.fund and members.ancestor = {ancestor}\n"
        "    )"
    )
