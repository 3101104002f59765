"""The report's cells computed from delivered files, by the definitions of docs/demo.md: what the marts must repeat."""

from __future__ import annotations

import duckdb

from flows.demo.assumptions import CARE, INSUTYPE
from flows.demo.cells import PERIODS, Cell, Var, hospitals, ordinary, scalar
from flows.demo.figures import seed

HALF = "year({0}) || 'H' || case when month({0}) <= 6 then 1 else 2 end"
AS_OF = "date '2025-06-30'"
ENROLLED = f"cast(crt_insu_date as date) <= {AS_OF} and (paus_insu_date is null or cast(paus_insu_date as date) > {AS_OF})"
STAYS = "('ordinary_inpatient', 'trauma_inpatient', 'single_disease_inpatient', 'psychiatric_inpatient', 'day_surgery')"


def fen(*columns: str) -> str:
    """Return the sum of columns of text, in fen."""
    return f"cast(sum(({' + '.join(f'cast({c} as decimal(16, 2))' for c in columns)}) * 100) as bigint)"


def conform(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `conformed`: a row per settlement with its fund, category, half-year, care area, level, institution and visit."""
    labels = [(r["label_zh"], r["institution"]) for r in seed("dimensions/dim_institutions.csv")]
    names = ", ".join(f"('{label}', '{name}')" for label, name in labels if name in hospitals())
    codes = ", ".join(
        f"('{INSUTYPE[fund]}', '{care.med_type}', '{fund}', '{category}')" for (fund, category), care in CARE.items()
    )
    connection.execute(f"""
        create or replace table conformed as
        with settlements as (
            select *, coalesce(mid_setl_flag, '0') = '1' as is_mid_stay, 'setl_d' as came_as from setl_d
            union all by name
            select *, false as is_mid_stay, 'outmed_setl_d' as came_as from outmed_setl_d
        )
        select
            s.setl_id, s.init_setl_id, s.mdtrt_id, s.psn_no, s.fixmedins_code,
            s.refd_setl_flag, s.is_mid_stay, s.came_as, s.pay_loc,
            s.medfee_sumamt, s.inscp_amt, s.hifp_pay, s.hifmi_pay, s.hifob_pay, s.maf_pay, s.acct_pay,
            cast(s.setl_time as timestamp) as settled_at,
            cast(s.begndate as date) as began_on,
            cast(s.enddate as date) as ended_on,
            cast(m.ipt_days as integer) as stay_days,
            {HALF.format("cast(s.setl_time as timestamp)")} as half,
            names.fund,
            names.category,
            case
                when i.fix_blng_admdvs = '620725' then 'in_county' when i.fix_blng_admdvs like '6207%' then 'in_city'
                when i.fix_blng_admdvs like '62%' then 'in_province' else 'out_of_province'
            end as area,
            case
                when i.hosp_lv < '05' then 'tertiary' when i.hosp_lv < '08' then 'secondary'
                when i.hosp_lv < '11' then 'primary' else 'unrated'
            end as level,
            coalesce(hospitals.institution, 'none') as institution,
            case when s.is_mid_stay then 0 when s.init_setl_id is not null then -1 else 1 end as visit,
            i.begntime is not null as is_open
        from settlements as s
        left join fixmedins_b as i
            on s.fixmedins_code = i.fixmedins_code
            and cast(s.setl_time as timestamp) >= cast(i.begntime as timestamp)
            and (i.endtime is null or cast(s.setl_time as timestamp) <= cast(i.endtime as timestamp))
        left join (values {codes}) as names (insutype, med_type, fund, category) using (insutype, med_type)
        left join (values {names}) as hospitals (name, institution) on i.fixmedins_name = hospitals.name
        left join mdtrt_d as m on s.mdtrt_id = m.mdtrt_id
        where s.vali_flag = '1'
    """)


def measure(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    """Return every cell of the registry, from files alone."""
    return _clinical(connection) | _expenditure(connection) | _registers(connection)


def _clinical(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    measures = {
        "visits": "cast(sum(visit) as bigint)",
        "total_cost": fen("medfee_sumamt"),
        "policy_cost": fen("inscp_amt"),
        "basic_paid": fen("hifp_pay"),
        "serious_paid": fen("hifmi_pay", "hifob_pay"),
        "assistance_paid": fen("maf_pay"),
        "bed_days": "cast(sum(visit * coalesce(stay_days, 0)) as bigint)",
        "expenditure": fen("hifp_pay", "hifmi_pay", "hifob_pay"),
    }
    rows = connection.execute(f"""
        select fund, category, half, area, level, institution, {", ".join(measures.values())}
        from conformed
        where category in ('ordinary_inpatient', 'chronic_outpatient')
        group by all
    """).fetchall()
    fitted = [c for fund in INSUTYPE for period in PERIODS for c in ordinary(fund, period) if c.institution != "none"]
    places = {(c.fund, c.period, c.institution): c for c in fitted}
    found: dict[Var, int] = {}
    for row in rows:
        cell = Cell(*row[:6])
        if cell.category == "chronic_outpatient":
            cell = cell._replace(area="in_city" if cell.level == "tertiary" else "in_county", institution="none")
        elif cell.institution != "none" and cell.period != "2025H1":
            # levels of the year before are not printed; in 2025 the level of the day must be the cell's
            cell = places.get((cell.fund, cell.period, cell.institution), cell)
        for name, value in zip(measures, row[6:], strict=True):
            found[Var(cell, name)] = found.get(Var(cell, name), 0) + value
    return found


def _expenditure(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    """Return expenditure by category, account payments, allowances, and assistance with its visits."""
    kind = f"case when category in {STAYS} then 'inpatient' else category end"
    queries = (
        f"""
            select fund, category, half, {fen("hifp_pay", "hifmi_pay", "hifob_pay")} from conformed
            where category not in ('chronic_outpatient', 'personal_account') group by all
        """,
        f"select fund, 'personal_account', half, {fen('acct_pay')} from conformed where fund = 'employee' group by all",
        f"""
            select 'employee', 'maternity_allowance', {HALF.format("cast(paid_on as date)")}, {fen("payment_amt")}
            from maternity_allowance group by all
        """,
        f"select 'assistance_' || fund, {kind}, half, {fen('maf_pay')} from conformed group by all",
    )
    rows = [row for query in queries for row in connection.execute(query).fetchall()]
    found = {Var(scalar(*place), "expenditure"): value for *place, value in rows}
    visits = connection.execute(f"""
        select 'assistance_' || fund, {kind}, half, cast(sum(visit) as bigint)
        from conformed
        where cast(maf_pay as decimal(16, 2)) <> 0
        group by all
    """).fetchall()
    return found | {Var(scalar(*place), "visits"): value for *place, value in visits}


def _registers(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    fund = "case insutype when '390' then 'resident' when '310' then 'employee' when '320' then 'civil_servant' end"
    half = "left(cashym, 4) || 'H' || case when right(cashym, 2) <= '06' then 1 else 2 end"
    # a resident pays for a year
    year = "case left(cashym, 4) when '2024' then '2024' else '2025H1' end"
    subsidised = "from enrolment_subsidy where year = '2025' group by all"
    queries = {
        "enrolled": f"select {fund}, 'all', '2025H1', count(distinct psn_no) from psn_insu_d where {ENROLLED} group by all",
        "paying": f"""
            select 'resident', 'all', {year}, count(distinct psn_no) from rsdt_psn_clct_detl_d group by all
            union all
            select 'employee', 'all', {half}, count(distinct psn_no) from staf_psn_clct_detl_d
            where insutype = '310' group by all
        """,
        "registered": f"""
            select {fund}, 'chronic_outpatient', '2025H1', count(*) from chronic_registration
            where cast(begndate as date) <= {AS_OF} and (enddate is null or cast(enddate as date) >= {AS_OF}) group by all
        """,
        "income": f"""
            select 'resident', 'all', {year}, {fen("psn_clct_amt")} from rsdt_psn_clct_detl_d group by all
            union all
            select {fund}, 'all', {half}, {fen("clct_sumamt")} from staf_psn_clct_detl_d group by all
        """,
        "subsidised": f"select 'assistance', subsidy_kind, '2025H1', count(distinct psn_no) {subsidised}",
        "subsidy": f"select 'assistance', subsidy_kind, '2025H1', {fen('subsidy_amt')} {subsidised}",
    }
    rows = [(name, row) for name, query in queries.items() for row in connection.execute(query).fetchall()]
    return {Var(scalar(*place), name): value for name, (*place, value) in rows}
