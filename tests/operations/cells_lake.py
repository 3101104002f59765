"""The demo county in few rows: every total that the report's figures follow from, as claims and registers in a lake.

The demo's fit gives the totals of each cell (fund, category, half-year, care area, level, institution). A visit whose number is
printed is a row of its own; all money of a cell stands on one of its rows. So the full-scale report comes out of a lake that is
made in seconds.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from claims_lake import ClaimsLake, contract_columns, settlement

from flows.demo.assumptions import CARE, INSUTYPE
from flows.demo.blocks import Block, allowances, build_blocks
from flows.demo.cells import Var, scalar
from flows.demo.figures import seed
from flows.demo.fit import Fit
from flows.demo.ledger import write_ledger

DIVISIONS = {"in_county": "620725", "in_city": "620702", "in_province": "620102", "out_of_province": "510100"}
MONEY = ("total_cost", "policy_cost", "basic_paid", "serious_paid", "assistance_paid", "account_paid")
LEVELS = {"tertiary": "03", "secondary": "06", "primary": "09", "unrated": "11"}


def code_of(area: str, level: str, institution: str) -> str:
    """Return the code of a cell's institution; where the report names none, one for each area and level."""
    codes = {row["institution"]: row["institution_code"] for row in seed("dimensions/dim_institutions.csv")}
    return codes.get(institution) or f"H{DIVISIONS[area]}9{LEVELS[level]}"


def put_county(lake: ClaimsLake, found: Fit, scratch: Path) -> None:
    """Put the county of the two printed half-years into a lake."""
    blocks = [block for block in build_blocks(found) if block.half in ("2024H1", "2025H1")]
    _institutions(lake, blocks)
    with duckdb.connect() as connection:
        _settlements(lake, connection, blocks)
        _persons(lake, connection, found)
        _registers(lake, connection, found)
        write_ledger(connection, scratch, 1.0)
        for folder in sorted(scratch.iterdir()):
            batch = lake.add(folder.name, {}, source="bureau")
            for file in folder.glob("*.csv"):
                _copy(lake, connection, "bureau", file.stem, batch, f"select * from read_csv('{file}', all_varchar = true)")


def _institutions(lake: ClaimsLake, blocks: list[Block]) -> None:
    cells = {code_of(b.cell.area, b.cell.level, b.cell.institution): b.cell for b in blocks}
    rows = [
        {
            "fixmedins_code": code,
            "fixmedins_name": code,
            "fixmedins_type": "1",
            "fix_blng_admdvs": DIVISIONS[cell.area],
            "hosp_lv": LEVELS[cell.level],
            "begntime": "2015-01-01",
            "vali_flag": "1",
            "updt_time": "2024-01-01 08:00:00",
        }
        for code, cell in sorted(cells.items())
    ]
    lake.add("institutions", {"fixmedins_b": rows})


def _settlements(lake: ClaimsLake, connection: duckdb.DuckDBPyConnection, blocks: list[Block]) -> None:
    """Write one row a visit where visits are printed or assisted, else one for the cell."""
    connection.execute("""
        create table blocks (
            number integer, fund varchar, insutype varchar, med_type varchar, half varchar, institution varchar,
            division varchar, visits bigint, assisted bigint, days bigint, cost bigint, policy bigint, basic bigint,
            serious bigint, assistance bigint, account bigint
        )
    """)
    for number, block in enumerate(blocks):
        cell, totals = block.cell, block.totals
        printed = cell.category in ("ordinary_inpatient", "chronic_outpatient")
        visits = totals["visits"] if printed else max(totals["assisted"], 1)
        amounts = [totals[measure] for measure in MONEY]
        connection.execute(
            f"insert into blocks values ({', '.join('?' * 16)})",
            [
                *(number, cell.fund, INSUTYPE[cell.fund], CARE[cell.fund, cell.category].med_type, block.half),
                *(code_of(cell.area, cell.level, cell.institution), DIVISIONS[cell.area]),
                *(visits, totals["assisted"], totals["bed_days"] if printed else visits, *amounts),
            ],
        )
    first = "case when visit = 0 then {} else 0 end"
    # days: one each, and what is left on the first row; assistance: a fen each, and what is left on the first
    query = f"""
        with visits as (
            select
                *, unnest(range(visits)) as visit,
                make_date(cast(left(half, 4) as integer), 1 + visit % 6, 20) as discharged_on
            from blocks
        )
        select
            'S' || number || '-' || visit as setl_id, 'M' || number || '-' || visit as mdtrt_id,
            'token-1' as psn_no, '1' as gend,
            insutype, case fund when 'resident' then '1501' else '1101' end as psn_type, '620725' as insu_admdvs,
            institution as fixmedins_code, division as fix_blng_admdvs, '11' as hosp_lv, med_type,
            case when visit = 0 and days > 0 then discharged_on - cast(days - visits + 1 as integer) else discharged_on - 1 end
                as begndate,
            discharged_on as enddate, cast(discharged_on as timestamp) + interval '10 hours' as setl_time,
            {first.format("cost")} / 100.00 as medfee_sumamt, {first.format("policy")} / 100.00 as inscp_amt,
            {first.format("basic")} / 100.00 as hifp_pay,
            case fund when 'resident' then {first.format("serious")} / 100.00 else 0 end as hifmi_pay,
            case fund when 'employee' then {first.format("serious")} / 100.00 else 0 end as hifob_pay,
            case when visit = 0 and assisted > 0 then assistance - assisted + 1 when visit < assisted then 1 else 0 end / 100.00
                as maf_pay,
            {first.format("account")} / 100.00 as acct_pay,
            '0' as refd_setl_flag, '0' as mid_setl_flag, '1' as vali_flag, timestamp '2025-07-01 08:00:00' as updt_time
        from visits
    """
    batch = lake.add("settlements", {})
    _copy(lake, connection, "platform", "setl_d", batch, query)
    # what lies between the two half-years: a settlement each month that counts nothing, so that 2024 is a whole year
    nothing = {
        "medfee_sumamt": 0,
        "inscp_amt": 0,
        "hifp_pay": 0,
        "hifmi_pay": 0,
        "maf_pay": 0,
        "acct_pay": 0,
        "mid_setl_flag": "1",
    }
    months = [f"2024-{month:02d}-20 10:00:00" for month in range(7, 13)]
    lake.add("between", {"setl_d": [settlement(f"between-{m}", setl_time=m, **nothing) for m in months]})


def _persons(lake: ClaimsLake, connection: duckdb.DuckDBPyConnection, found: Fit) -> None:
    """Write who is insured and who pays: in 2024 more residents, who left with the year."""
    value = {
        (fund, period, measure): found.values[Var(scalar(fund, "all", period), measure)]
        for fund, period, measure in (
            *(("resident", "2025H1", m) for m in ("enrolled", "paying")),
            ("resident", "2024", "paying"),
            *(("employee", "2025H1", m) for m in ("enrolled", "paying", "income")),
            ("civil_servant", "2025H1", "income"),
        )
    }
    residents, before = value["resident", "2025H1", "enrolled"], value["resident", "2024", "paying"]
    employees = value["employee", "2025H1", "enrolled"]
    shared = "'620725' as insu_admdvs, '1' as psn_insu_stas, timestamp '2025-07-01 08:00:00' as updt_time"
    batch = lake.add("persons", {})
    _copy(
        lake,
        connection,
        "platform",
        "psn_insu_d",
        batch,
        f"""
            select 'R' || n as psn_insu_rlts_id, 'r' || n as psn_no, '390' as insutype, '1501' as psn_type, {shared},
                date '2020-01-01' as crt_insu_date, case when n >= {residents} then date '2025-01-01' end as paus_insu_date
            from range({before}) as t(n)
            union all
            select 'E' || n, 'e' || n, '310', '1101', {shared}, date '2020-01-01', null
            from range({employees}) as t(n)
        """,
    )
    paid = (
        "'1' as clct_flag, timestamp '2024-01-05 10:00:00' as clct_time, timestamp '2025-07-01 08:00:00' as updt_time, "
        "'620700' as poolarea_no, 0 as finsubs_amt"
    )
    _copy(
        lake,
        connection,
        "platform",
        "rsdt_psn_clct_detl_d",
        batch,
        f"""
            select 'R' || y || n as rsdt_clct_detl_id, 'r' || n as psn_no, '390' as insutype, '1501' as psn_type,
                y || '01' as cashym, y || '01' as accrym_begn, y || '12' as accrym_end, 400 as psn_clct_amt, 400 as clct_sumamt,
                {paid}
            from range({before}) as t(n), (values ('2024'), ('2025')) as years(y)
            where y = '2024' or n < {value["resident", "2025H1", "paying"]}
        """,
    )
    _copy(
        lake,
        connection,
        "platform",
        "staf_psn_clct_detl_d",
        batch,
        f"""
            select 'E' || n as psn_clct_detl_id, 'e' || n as psn_no, '310' as insutype, '1101' as psn_type, '202501' as cashym,
                '202501' as accrym_begn, '202501' as accrym_end,
                case when n = 0 then {value["employee", "2025H1", "income"]} / 100.00 else 0 end as clct_sumamt, {paid}
            from range({value["employee", "2025H1", "paying"]}) as t(n)
            union all
            select 'C0', 'e0', '320', '1101', '202501', '202501', '202501',
                {value["civil_servant", "2025H1", "income"]} / 100.00, {paid}
        """,
    )


def _registers(lake: ClaimsLake, connection: duckdb.DuckDBPyConnection, found: Fit) -> None:
    """Write chronic registrations, subsidies and allowances."""
    rows = {"subsidy": [], "allowance": []}
    for kind in ("full", "partial"):
        people = found.values[Var(scalar("assistance", kind, "2025H1"), "subsidised")]
        money = found.values[Var(scalar("assistance", kind, "2025H1"), "subsidy")]
        rows["subsidy"].append(
            f"select '{kind}' || n as subsidy_id, 'r' || n as psn_no, '620725' as insu_admdvs, '2025' as year, "
            f"'1' as sp_psn_type, '{kind}' as subsidy_kind, case when n = 0 then {money} / 100.00 else 0 end as subsidy_amt, "
            "date '2025-03-01' as subsidised_on, '1' as vali_flag, timestamp '2025-05-20 16:00:00' as updt_time "
            f"from range({people}) as t(n)"
        )
    for half, fen in allowances(found).items():
        rows["allowance"].append(
            f"select '{half}' as payment_id, 'e0' as psn_no, '310' as insutype, '620725' as insu_admdvs, "
            f"date '{half[:4]}-{'06' if half.endswith('1') else '12'}-15' as paid_on, 98 as allowance_days, "
            f"{fen} / 100.00 as payment_amt, '1' as vali_flag, timestamp '2025-06-30 16:00:00' as updt_time"
        )
    registered = " union all ".join(
        f"select '{insutype}-' || n as registration_id, 'r' || n as psn_no, '{insutype}' as insutype, '620725' as insu_admdvs, "
        "'M03900' as dise_no, '高血压' as dise_name, date '2023-01-01' as begndate, '1' as vali_flag, "
        "timestamp '2024-01-01 15:00:00' as updt_time "
        f"from range({found.values[Var(scalar(fund, 'chronic_outpatient', '2025H1'), 'registered')]}) as t(n)"
        for fund, insutype in INSUTYPE.items()
    )
    batch = lake.add("registers", {}, source="bureau")
    _copy(lake, connection, "bureau", "chronic_registration", batch, registered)
    _copy(lake, connection, "bureau", "enrolment_subsidy", batch, " union all ".join(rows["subsidy"]))
    _copy(lake, connection, "bureau", "maternity_allowance", batch, " union all ".join(rows["allowance"]))


def _copy(lake: ClaimsLake, connection: duckdb.DuckDBPyConnection, source: str, table: str, batch: str, query: str) -> None:
    """Write the rows of a query as a batch of a table, with the contract's columns and types; what it lacks is null."""
    connection.execute(f"create or replace temp view given as {query}")
    given = {name for name, *_ in connection.execute("describe given").fetchall()}
    kinds = contract_columns(source, table)
    columns = ", ".join(f"cast({name if name in given else 'null'} as {kind}) as {name}" for name, kind in kinds.items())
    target = lake.folder / source / table / f"batch_id={batch}" / "data.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select {columns}, '{table}.csv' as source_file, cast(row_number() over () + 1 as bigint) as source_line "
        f"from given) to '{target}' (format parquet)"
    )
