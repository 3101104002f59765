"""Registers beside the claims: enrolment, contributions, institutions, agreements, chronic care, subsidies, allowances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from flows.demo.allocate import Segments, split
from flows.demo.assumptions import HALVES, MONTHS, months_of
from flows.demo.claims import month_starts
from flows.demo.deliveries import Delivery
from flows.demo.institutions import OPEN_END, days, spells
from flows.demo.lookups import yuan
from flows.demo.people import END_2024, YEAR_2025, People

# yuan: a resident's own contribution (printed for 2025; 2024 is the national floor), and what partial subsidies pay
STANDARD = {"2024": 380, "2025": 400}
PARTIAL = {"2024": (190, 130), "2025": (200, 140)}
LESS_SUBSIDISED = 3000
RETIRED_A_YEAR = 72_00
# contributions of the halves against 2025H1
EMPLOYEE_EARLIER = {"2024H1": 0.961, "2024H2": 0.974, "2025H1": 1.0}
NO_DATE = "date '1970-01-01' + cast({} as integer)"


def write_institutions(connection: duckdb.DuckDBPyConnection, out: Path) -> int:
    """Write institutions and agreements: all in the first month, changes when they come. Return the rows."""
    changes = sorted(
        {s.since for s in spells() if s.since.year >= 2024}
        | {s.until + dt.timedelta(days=1) for s in spells() if s.until != OPEN_END}
    )
    written = 0
    for moment in (dt.date(2024, 1, 1), *changes):
        first = moment == dt.date(2024, 1, 1)
        told = [
            s
            for s in spells()
            if (s.since <= moment if first else s.since == moment or s.until + dt.timedelta(days=1) == moment)
        ]
        rows = [(s.code, s.name, s.admdvs, s.kind, s.hosp_lv, s.since, s.until if s.until < moment else None) for s in told]
        signed = [s for s in spells() if s.since <= moment <= s.until] if moment.month == 1 else []
        delivery = Delivery(out, "institutions", f"{moment:%Y%m}", "platform")
        connection.execute(
            "create or replace temp table told "
            "(code varchar, name varchar, admdvs varchar, kind varchar, lv varchar, since date, until date)"
        )
        connection.executemany("insert into told values (?, ?, ?, ?, ?, ?, ?)", rows)
        written += delivery.write(connection, "fixmedins_b", _institutions_sql(moment))
        if signed:
            connection.execute("create or replace temp table signed (code varchar, name varchar, admdvs varchar)")
            connection.executemany("insert into signed values (?, ?, ?)", [(s.code, s.name, s.admdvs) for s in signed])
            written += delivery.write(connection, "fixmedins_cntr_reg_d", _agreements_sql(moment.year))
        delivery.close()
    return written


def _institutions_sql(moment: dt.date) -> str:
    return f"""
        select
            code as fixmedins_code, '12620725' || substr(code, 5) as uscc, admdvs as fix_blng_admdvs, name as fixmedins_name,
            kind as fixmedins_type, lv as hosp_lv, lv as lmtpric_hosp_lv,
            case when lv < '05' then '03' when lv < '08' then '02' else '01' end as dedc_hosp_lv,
            cast(since as timestamp) as begntime, cast(until as timestamp) + interval '86399 seconds' as endtime,
            '负责人' || substr(code, 8) as hi_resper_name, '1990000' || right(code, 4) as hi_resper_tel,
            '1' as fix_onln_open_flag, '1' as out_onln_open_type, '1' as vali_flag,
            timestamp '{moment} 09:00:00' as updt_time
        from told
        order by code, since
    """


def _agreements_sql(year: int) -> str:
    return f"""
        select
            'XY{year}' || code as fix_cntr_id, code as fixmedins_code, '1' as fix_cntr_type,
            timestamp '{year}-01-01 00:00:00' as begntime, admdvs as fix_blng_admdvs,
            name || '{year}年度服务协议' as fix_cntr_name,
            '{year}' as cntr_sign_year, timestamp '{year}-12-31 23:59:59' as endtime,
            timestamp '{year - 1}-12-20 10:00:00' as cntr_sign_time, '1' as vali_flag, '1' as isu_flag,
            timestamp '{year}-01-02 09:00:00' as updt_time
        from signed
        order by code
    """


def write_enrolment(connection: duckdb.DuckDBPyConnection, out: Path) -> int:
    """Write who is insured: all in the first month, who joins and leaves when it happens. Return the rows.

    `paus_insu_date` is the first day without insurance: enrolled on a day is who began by then and is not yet paused.
    """
    written = 0
    start = days(dt.date(2024, 1, 1))
    for month in ("202401", "202412", "202501", "202506"):
        until = month_starts()[MONTHS.index(month) + 1] - 1
        since = start if month == "202401" else days(dt.date(int(month[:4]), 1 if month == "202501" else 2, 1))
        told = {
            "202401": f"since <= {until}",
            "202412": f"since between {start + 30} and {END_2024}",
            "202501": f"since = {YEAR_2025} or until = {END_2024}",
            "202506": f"since > {YEAR_2025}",
        }[month]
        left = f"until < {until}" if month != "202401" else "false"
        delivery = Delivery(out, "enrolment", month, "platform")
        written += delivery.write(connection, "psn_insu_d", _enrolment_sql(told, left, max(since, until - 27)))
        delivery.close()
    return written


def _enrolment_sql(told: str, left: str, day: int) -> str:
    return f"""
        select
            psn_insu_rlts_id, emp_no, psn_no, case when resident = 1 then '390' else '310' end as insutype,
            {NO_DATE.format("since")} as crt_insu_date,
            case when {left} then {NO_DATE.format("until + 1")} end as paus_insu_date,
            case when {left} then '4' else '1' end as psn_insu_stas,
            cast(retired as varchar) as insutype_retr_flag, psn_type, '1' as clct_way,
            strftime({NO_DATE.format("since")}, '%Y%m') as fst_insu_ym, {NO_DATE.format("since")} as psn_insu_date,
            '620725' as insu_admdvs, 'EV' || lpad(cast(scrambled as varchar), 8, '0') as psn_insu_mgt_eid,
            cast({NO_DATE.format(str(day))} as timestamp) + interval '9 hours' as updt_time, '620700' as poolarea_no
        from people
        where {told}
        order by person
    """


def write_contributions(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    people: People,
    sums: dict[str, int],
    rng: np.random.Generator,
    say: Callable[[str], None],
) -> int:
    """Write contributions: residents once a year, employees and civil servants month by month. Return the rows.

    Args:
        connection: DuckDB with the table of people.
        out: Where deliveries go.
        people: The insured.
        sums: Fund to contributions of 2025H1 in fen: employee, civil_servant.
        rng: Random numbers.
        say: Called with a line of progress.

    """
    written = 0
    employees = people.fund("employee")
    serving = employees[~people.retired[employees]]
    retired = employees[people.retired[employees]]
    civil = employees[people.civil[employees]]
    for half in HALVES:
        months = [MONTHS.index(m) for m in months_of(half)]
        factor = EMPLOYEE_EARLIER[half]
        own = _paying(people, serving, months)
        once = retired[
            (people.since[retired] <= month_starts()[months[0]]) & (people.until[retired] > month_starts()[months[0]])
        ]
        yearly = np.full(len(once), RETIRED_A_YEAR) if half != "2024H2" else np.empty(0, np.int64)
        once = once if half != "2024H2" else once[:0]
        wage = rng.lognormal(0, 0.35, people.size)
        rows = [(once, np.full(len(once), months[0]), yearly, np.full(len(once), 310))]
        for who, total, insurance in (
            (own, round(sums["employee"] * factor) - int(yearly.sum()), 310),
            (_paying(people, civil, months), round(sums["civil_servant"] * factor), 320),
        ):
            person, month = who
            amounts = split(Segments(np.array([len(person)])), np.array([total]), wage[person])
            rows.append((person, month, amounts, np.full(len(person), insurance)))
        person, month, amount, insurance = (np.concatenate(c) for c in zip(*rows, strict=True))
        connection.register(
            "paid_arrays", {"person": person, "month": month, "amount": amount.astype(np.int64), "insurance": insurance}
        )
        for place in months:
            delivery = Delivery(out, "contributions", MONTHS[place], "platform")
            written += delivery.write(connection, "staf_psn_clct_detl_d", _employees_sql(place))
            written += delivery.write(connection, "rsdt_psn_clct_detl_d", _residents_sql(MONTHS[place]))
            delivery.close()
        connection.unregister("paid_arrays")
        say(f"contributions of {half}: {written:,} rows so far")
    return written


def _paying(people: People, who: np.ndarray, months: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return person and month for every month in which someone is insured."""
    found = [who[(people.since[who] <= month_starts()[m] + 27) & (people.until[who] >= month_starts()[m])] for m in months]
    return np.concatenate(found), np.repeat(months, [len(f) for f in found])


def _employees_sql(place: int) -> str:
    month = MONTHS[place]
    day = f"date '{month[:4]}-{month[4:]}-01' + cast(5 + person % 18 as integer)"
    employer = "case when insurance = 320 then amount else amount - amount // 4 end"
    return f"""
        select
            cast(insurance as varchar) || '{month[2:]}' || lpad(cast(scrambled as varchar), 8, '0') as psn_clct_detl_id,
            emp_no, psn_no, '{month}' as cashym, '{month}' as accrym_begn, '{month}' as accrym_end,
            cast(insurance as varchar) as insutype, psn_type,
            {yuan("amount * 25 // 2")} as emp_clctstd, {yuan("amount * 25 // 2")} as psn_clctstd,
            {yuan(employer)} as emp_clct_amt,
            {yuan(f"amount - {employer}")} as psn_clct_amt,
            {yuan(f"case when insurance = 320 then 0 else amount - {employer} end")} as psn_clct_into_acct_amt,
            {yuan("0")} as finsubs_amt,
            {yuan("amount")} as clct_sumamt,
            '1' as clct_flag, '10' as clct_type, cast({day} as timestamp) + interval '10 hours' as clct_time,
            cast(retired as varchar) as insutype_retr_flag,
            case when insurance = 310 then psn_insu_rlts_id end as psn_insu_rlts_id, 1 as insu_clct_mons,
            cast({day} as timestamp) + interval '11 hours' as updt_time, '620700' as poolarea_no
        from paid_arrays
        inner join people using (person)
        where month = {place}
        order by insurance, person
    """


def _residents_sql(month: str) -> str:
    """Return the contributions of a year with the month in which they are told: February, and June for who came later."""
    year = month[:4]
    first = days(dt.date(int(year), 1, 1))
    insured = {
        "202402": f"since <= {first}",
        "202412": f"since between {first + 1} and {END_2024}",
        "202502": f"since <= {first} and until > {first}",
        "202506": f"since > {first}",
    }
    late = month in ("202412", "202506")
    paid_on = NO_DATE.format("since" if late else f"{first} - 100 + person % 140")
    covered = f"strftime({NO_DATE.format('since')}, '%Y%m')" if late else f"'{year}01'"
    amount = yuan(str(STANDARD[year] * 100))
    return f"""
        select
            '390{year}' || lpad(cast(scrambled as varchar), 8, '0') as rsdt_clct_detl_id, emp_no, psn_no, psn_insu_rlts_id,
            '390' as insutype, psn_type, {covered} as cashym, {covered} as accrym_begn, '{year}12' as accrym_end,
            {amount} as psn_clct_amt, '1' as clct_flag, '10' as clct_type,
            cast({paid_on} as timestamp) + interval '10 hours' as clct_time,
            {yuan("0")} as finsubs_amt, {yuan("0")} as oth_clct_amt, {amount} as clct_sumamt,
            cast({paid_on} as timestamp) + interval '11 hours' as updt_time, '620700' as poolarea_no
        from people
        where resident = 1 and ({insured.get(month, "false")})
        order by person
    """
