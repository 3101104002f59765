"""The bureau's own registers: chronic care, subsidised enrolment, maternity allowances."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np

from flows.demo.allocate import Segments, split
from flows.demo.assumptions import ALLOWANCE_PER_PAYMENT, MONTHS, half_of
from flows.demo.claims import DAY, month_starts
from flows.demo.deliveries import Delivery
from flows.demo.institutions import days
from flows.demo.lookups import yuan
from flows.demo.people import DISEASES, END_2024, FOREVER, SUBSIDISED_2024, People
from flows.demo.registers import LESS_SUBSIDISED, NO_DATE, PARTIAL, STANDARD

TOLD_IN = ("202401", "202406", "202412", "202506")
ENDED = 600  # registrations that ended with 2024, of people who have none now


def write_bureau_registers(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    people: People,
    allowances: dict[str, int],
    scale: float,
    rng: np.random.Generator,
) -> int:
    """Write the registers as they are told: at the beginning, and at the end of each half-year. Return the rows."""
    written = 0
    free = people.stayers("resident")
    ended = rng.permutation(free[people.chronic_since[free] == FOREVER])[: max(round(ENDED * scale), 1)]
    connection.register(
        "ended_arrays", {"person": ended, "begun": days(dt.date(2022, 1, 1)) + rng.integers(0, 600, len(ended))}
    )
    before = days(dt.date(1990, 1, 1))
    for month in TOLD_IN:
        after = int(month_starts()[MONTHS.index(month) + 1])
        upto = days(dt.date(2024, 1, 1)) if month == "202401" else after
        delivery = Delivery(out, "registers", month, "bureau")
        written += delivery.write(connection, "chronic_registration", _chronic_sql(month, before, upto))
        if month in ("202406", "202506"):
            _subsidies(connection, people, month[:4], scale)
            written += delivery.write(connection, "enrolment_subsidy", _subsidy_sql(month[:4]))
        if month != "202401":
            _payments(connection, people, half_of(month), allowances, scale, rng)
            written += delivery.write(connection, "maternity_allowance", _allowance_sql(half_of(month)))
        delivery.close()
        before = upto
    connection.unregister("ended_arrays")
    return written


def _chronic_sql(month: str, since: int, before: int) -> str:
    """Return new registrations; in December also the end of those that ended with 2024."""
    codes, names = (", ".join(f"'{d[i]}'" for d in DISEASES) for i in (0, 1))
    told = f"chronic_since >= {since} and chronic_since < {before}"
    ended = {"202401": "date '1970-01-01' + cast(null as integer)", "202412": NO_DATE.format(str(END_2024))}.get(month)
    updated = NO_DATE.format(str(END_2024 - 6)) if month == "202412" else NO_DATE.format("begun")
    others = f"union all select person, begun, {ended} as ended_on, {updated} as changed_on from ended_arrays" if ended else ""
    return f"""
        with registrations as (
            select
                person, chronic_since as begun, cast(null as date) as ended_on,
                {NO_DATE.format("chronic_since")} as changed_on
            from people
            where {told}
            {others}
        )
        select
            'MTB' || lpad(cast(scrambled as varchar), 8, '0') as registration_id, psn_no,
            case when resident = 1 then '390' else '310' end as insutype, '620725' as insu_admdvs,
            list_value({codes})[disease + 1] as dise_no, list_value({names})[disease + 1] as dise_name,
            case when person % 3 = 0 then 'H62072500002' else 'H62072500001' end as fixmedins_code,
            {NO_DATE.format("begun")} as begndate, ended_on as enddate, '1' as vali_flag,
            cast(changed_on as timestamp) + interval '15 hours' as updt_time
        from registrations
        inner join people using (person)
        order by person
    """


def _subsidies(connection: duckdb.DuckDBPyConnection, people: People, year: str, scale: float) -> None:
    """Choose who is subsidised: everyone entitled in 2025; in 2024 some more, who left since."""
    who = np.flatnonzero(people.special[: people.residents] > 0)
    kinds = people.special[who] == 1
    if year == "2024":
        wanted = [max(round(n * scale), 1) for n in SUBSIDISED_2024.values()]
        left = np.flatnonzero(people.until[: people.residents] == END_2024)
        extra = max(min(sum(wanted) - len(who), len(left)), 0)
        who = np.concatenate([who, left[:extra]])
        kinds = np.concatenate([kinds, np.arange(extra) < max(wanted[0] - int(kinds.sum()), 0)])
    more, less = PARTIAL[year]
    amount = np.where(kinds, STANDARD[year], more)
    partial = np.flatnonzero(~kinds)
    amount[partial[len(partial) - round(LESS_SUBSIDISED * scale) :]] = less
    connection.register("subsidy_arrays", {"person": who, "is_full": kinds.astype(np.int8), "amount": amount * 100})


def _subsidy_sql(year: str) -> str:
    return f"""
        select
            'ZZ{year}' || lpad(cast(scrambled as varchar), 8, '0') as subsidy_id, psn_no, '620725' as insu_admdvs,
            '{year}' as year,
            coalesce(sp_psn_type, '9') as sp_psn_type, case when is_full = 1 then 'full' else 'partial' end as subsidy_kind,
            {yuan("amount")} as subsidy_amt,
            date '{year}-03-01' + cast(person % 60 as integer) as subsidised_on, '1' as vali_flag,
            timestamp '{year}-05-20 16:00:00' as updt_time
        from subsidy_arrays
        inner join people using (person)
        order by person
    """


def _payments(
    connection: duckdb.DuckDBPyConnection,
    people: People,
    half: str,
    allowances: dict[str, int],
    scale: float,
    rng: np.random.Generator,
) -> None:
    mothers = people.stayers("employee")
    age = (days(dt.date(2024, 7, 1)) - people.born[mothers]) / 365.25
    mothers = rng.permutation(mothers[people.female[mothers] & (age > 21) & (age < 42)])
    total = allowances[half]
    count = min(max(round(total / 100 / ALLOWANCE_PER_PAYMENT), 1), len(mothers))
    months = [MONTHS.index(m) for m in MONTHS if half_of(m) == half]
    first, after = month_starts()[months[0]], month_starts()[months[-1] + 1]
    paid_on = np.sort(first + (rng.random(count) * (after - first)).astype(np.int64))
    amounts = split(Segments(np.array([count])), np.array([total]), rng.lognormal(0, 0.25, count))
    leave = rng.choice([98, 158, 173, 188], count)
    connection.register(
        "payment_arrays",
        {"person": mothers[:count], "paid_on": paid_on, "amount": amounts, "leave": leave, "moment": paid_on * DAY + 36_000},
    )


def _allowance_sql(half: str) -> str:
    return f"""
        select
            'SYJT{half}' || lpad(cast(scrambled as varchar), 8, '0') as payment_id, psn_no, '310' as insutype,
            '620725' as insu_admdvs,
            {NO_DATE.format("paid_on")} as paid_on, leave as allowance_days, {yuan("amount")} as payment_amt, '1' as vali_flag,
            make_timestamp(moment * 1000000) as updt_time
        from payment_arrays
        inner join people using (person)
        order by paid_on, person
    """
