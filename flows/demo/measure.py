"""The report's cells computed from delivered files, by the definitions of docs/demo.md: what the marts must repeat."""

from __future__ import annotations

import duckdb

from flows.demo.assumptions import CARE, INSUTYPE
from flows.demo.cells import Cell, Var, hospitals, ordinary, scalar
from flows.demo.figures import seed

FEN = "cast(sum(cast({} as decimal(16, 2)) * 100) as bigint)"
HALF = "year({0}) || 'H' || case when month({0}) <= 6 then 1 else 2 end"
ENROLLED = "cast(crt_insu_date as date) <= date '{0}' and (paus_insu_date is null or cast(paus_insu_date as date) > date '{0}')"
STAYS = "('ordinary_inpatient', 'trauma_inpatient', 'single_disease_inpatient', 'psychiatric_inpatient', 'day_surgery')"


def conform(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `conformed`: one row per settlement with its fund, category, half-year, care area, level, institution and visit."""
    names = ", ".join(
        f"('{r['label_zh']}', '{r['institution']}')"
        for r in seed("dimensions/dim_institutions.csv")
        if r["institution"] in hospitals()
    )
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
            s.setl_id, s.init_setl_id, s.mdtrt_id, s.psn_no, s.psn_insu_rlts_id, s.refd_setl_flag, s.is_mid_stay, s.came_as, s.pay_loc, s.fixmedins_code,
            cast(s.setl_time as timestamp) as settled_at, cast(s.begndate as date) as began_on, cast(s.enddate as date) as ended_on,
            {HALF.format("cast(s.setl_time as timestamp)")} as half, names.fund, names.category,
            case
                when i.fix_blng_admdvs = '620725' then 'in_county' when i.fix_blng_admdvs like '6207%' then 'in_city'
                when i.fix_blng_admdvs like '62%' then 'in_province' else 'out_of_province'
            end as area,
            case when i.hosp_lv < '05' then 'tertiary' when i.hosp_lv < '08' then 'secondary' when i.hosp_lv < '11' then 'primary' else 'unrated' end as level,
            coalesce(hospitals.institution, 'none') as institution,
            case when s.is_mid_stay then 0 when s.init_setl_id is not null then -1 else 1 end as visit,
            s.medfee_sumamt, s.inscp_amt, s.hifp_pay, s.hifmi_pay, s.hifob_pay, s.maf_pay, s.acct_pay,
            cast(m.ipt_days as integer) as stay_days, s.sp_psn_type, i.begntime is not null as is_open
        from settlements as s
        left join fixmedins_b as i
            on s.fixmedins_code = i.fixmedins_code
            and cast(s.setl_time as timestamp) >= cast(i.begntime as timestamp)
            and (i.endtime is null or cast(s.setl_time as timestamp) <= cast(i.endtime as timestamp))
        left join (values {codes}) as names (insutype, med_type, fund, category) on s.insutype = names.insutype and s.med_type = names.med_type
        left join (values {names}) as hospitals (name, institution) on i.fixmedins_name = hospitals.name
        left join mdtrt_d as m on s.mdtrt_id = m.mdtrt_id
        where s.vali_flag = '1'
    """)  # noqa: S608


def measure(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    """Return every cell of the registry, from files alone."""
    found = _clinical(connection) | _expenditure(connection) | _registers(connection)
    return found


def _clinical(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    measures = {
        "visits": "cast(sum(visit) as bigint)",
        "total_cost": FEN.format("medfee_sumamt"),
        "policy_cost": FEN.format("inscp_amt"),
        "basic_paid": FEN.format("hifp_pay"),
        "serious_paid": FEN.format("cast(hifmi_pay as decimal(16, 2)) + cast(hifob_pay as decimal(16, 2))"),
        "assistance_paid": FEN.format("maf_pay"),
        "bed_days": "cast(sum(visit * coalesce(stay_days, 0)) as bigint)",
    }
    rows = connection.execute(f"""
        select fund, category, half, area, level, institution, {", ".join(measures.values())}
        from conformed
        where category in ('ordinary_inpatient', 'chronic_outpatient')
        group by all
    """).fetchall()  # noqa: S608
    found: dict[Var, int] = {}
    places = {
        (c.fund, c.period, c.institution): c
        for f in INSUTYPE
        for p in ("2024H1", "2025H1")
        for c in ordinary(f, p)
        if c.institution != "none"
    }
    for *place, visits, cost, policy, basic, serious, assistance, days in rows:
        cell = Cell(*place)
        if cell.category == "chronic_outpatient":
            cell = cell._replace(area="in_city" if cell.level == "tertiary" else "in_county", institution="none")
        elif cell.institution != "none" and cell.period != "2025H1":
            # levels of the year before are not printed; in 2025 the level of the day must be the cell's
            cell = places.get((cell.fund, cell.period, cell.institution), cell)
        values = dict(zip(measures, (visits, cost, policy, basic, serious, assistance, days), strict=True))
        values["expenditure"] = basic + serious
        for name, value in values.items():
            found[Var(cell, name)] = found.get(Var(cell, name), 0) + value
    return found


def _expenditure(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    """Return expenditure by category, account payments, and assistance with its visits."""
    paid = FEN.format(
        "cast(hifp_pay as decimal(16, 2)) + cast(hifmi_pay as decimal(16, 2)) + cast(hifob_pay as decimal(16, 2))"
    )
    kind = f"case when category in {STAYS} then 'inpatient' else category end"
    queries = {
        "expenditure": f"select fund, category, half, {paid} from conformed where category not in ('chronic_outpatient', 'personal_account') group by all",
        "account": f"select fund, 'personal_account', half, {FEN.format('acct_pay')} from conformed where fund = 'employee' group by all",
        "allowance": f"select 'employee', 'maternity_allowance', {HALF.format('cast(paid_on as date)')}, {FEN.format('payment_amt')} from maternity_allowance group by all",
        "assistance": f"select 'assistance_' || fund, {kind}, half, {FEN.format('maf_pay')} from conformed group by all",
    }
    found: dict[Var, int] = {}
    for query in queries.values():
        for fund, category, half, value in connection.execute(query).fetchall():
            found[Var(scalar(fund, category, half), "expenditure")] = value
    visits = f"select 'assistance_' || fund, {kind}, half, cast(sum(visit) as bigint) from conformed where cast(maf_pay as decimal(16, 2)) <> 0 group by all"  # noqa: S608
    for fund, category, half, value in connection.execute(visits).fetchall():
        found[Var(scalar(fund, category, half), "visits")] = value
    return found


def _registers(connection: duckdb.DuckDBPyConnection) -> dict[Var, int]:
    fund = "case insutype when '390' then 'resident' when '310' then 'employee' when '320' then 'civil_servant' end"
    valid = "cast(begndate as date) <= date '2025-06-30' and (enddate is null or cast(enddate as date) >= date '2025-06-30')"
    half = "left(cashym, 4) || 'H' || case when right(cashym, 2) <= '06' then 1 else 2 end"
    queries = {
        "enrolled": f"select {fund}, 'all', '2025H1', count(distinct psn_no) from psn_insu_d where {ENROLLED.format('2025-06-30')} group by all",
        "paying": f"""
            select 'resident', 'all', year, count(distinct psn_no)
            from (select psn_no, case left(cashym, 4) when '2024' then '2024' else '2025H1' end as year from rsdt_psn_clct_detl_d) group by all
            union all select 'employee', 'all', {half}, count(distinct psn_no) from staf_psn_clct_detl_d where insutype = '310' group by all""",
        "registered": f"select {fund}, 'chronic_outpatient', '2025H1', count(*) from chronic_registration where {valid} group by all",
        "income": f"""
            select 'resident', 'all', '2025H1', {FEN.format("psn_clct_amt")} from rsdt_psn_clct_detl_d where left(cashym, 4) = '2025'
            union all select {fund}, 'all', {half}, {FEN.format("clct_sumamt")} from staf_psn_clct_detl_d group by all""",
        "subsidised": "select 'assistance', subsidy_kind, '2025H1', count(distinct psn_no) from enrolment_subsidy where year = '2025' group by all",
        "subsidy": f"select 'assistance', subsidy_kind, '2025H1', {FEN.format('subsidy_amt')} from enrolment_subsidy where year = '2025' group by all",
    }
    rows = [(name, row) for name, query in queries.items() for row in connection.execute(query).fetchall()]
    return {Var(scalar(*place), name): value for name, (*place, value) in rows}
