"""Persons and institutions as tables that rows refer to by place, and how numbers become text."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np

from flows.demo.institutions import days, spells
from flows.demo.people import DISEASES, FOREVER, People

TEENAGER = days(dt.date(2006, 9, 1))


def yuan(expression: str) -> str:
    """Return fen as yuan, exactly: DECIMAL times 0.01."""
    return f"cast(cast({expression} as decimal(14, 0)) * 0.01 as decimal(16, 2))"


def load_people(connection: duckdb.DuckDBPyConnection, people: People) -> None:
    """Make the table of persons that rows refer to by place."""
    columns = {
        "person": np.arange(people.size),
        "identity": people.identity,
        "female": people.female.astype(np.int8),
        "born": people.born,
        "since": people.since,
        "until": people.until,
        "special": people.special,
        "retired": people.retired.astype(np.int8),
        "is_civil": people.civil.astype(np.int8),
        "chronic_since": people.chronic_since,
        "disease": people.disease.astype(np.int64),
        "resident": (np.arange(people.size) < people.residents).astype(np.int8),
    }
    codes, names = (", ".join(f"'{disease[part]}'" for disease in DISEASES) for part in (0, 1))
    connection.register("people_arrays", columns)
    connection.execute(f"""
        create or replace table people as
        select
            *,
            '6207250000' || lpad(cast(identity as varchar), 8, '0') as psn_no,
            '62072500' || lpad(cast(person as varchar), 8, '0') as psn_insu_rlts_id,
            -- ids of records about a person must not tell the person's number
            (person * 48271 + 11) % 99999989 as scrambled,
            '参保人' || lpad(cast(identity as varchar), 6, '0') as psn_name,
            '999999' || strftime(date '1970-01-01' + cast(born as integer), '%Y%m%d')
            || lpad(cast(identity % 10000 as varchar), 4, '0') as certno,
            date '1970-01-01' + cast(born as integer) as brdy,
            case when female = 1 then '2' else '1' end as gend,
            case
                when resident = 0 and is_civil = 1 and retired = 1 then '1202' when resident = 0 and is_civil = 1 then '1102'
                when resident = 0 and retired = 1 then '1201' when resident = 0 then '1101'
                when born > {TEENAGER} then '1403' else '1501'
            end as psn_type,
            case when special > 0 then cast(special as varchar) end as sp_psn_type,
            case when resident = 0 then 'E620725' else 'V620725' end
            || lpad(cast(identity % case when resident = 0 then 640 else 115 end as varchar), 5, '0') as emp_no,
            case when chronic_since < {FOREVER} then list_value({codes})[disease + 1] end as disease_no,
            case when chronic_since < {FOREVER} then list_value({names})[disease + 1] end as disease_name
        from people_arrays
        order by person
    """)
    connection.unregister("people_arrays")


def load_places(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of institutions that rows refer to by place."""
    connection.execute(
        "create or replace table places (place integer, code varchar, name varchar, admdvs varchar, kind varchar, "
        "hosp_lv varchar, since integer, until integer, area varchar, stale_lv varchar)"
    )
    rows = []
    for place, spell in enumerate(spells()):
        before = [s for s in spells() if s.code == spell.code and s.since < spell.since]
        stale = before[-1].hosp_lv if before else spell.hosp_lv
        rows.append(
            (
                place,
                spell.code,
                spell.name,
                spell.admdvs,
                spell.kind,
                spell.hosp_lv,
                days(spell.since),
                days(spell.until),
                spell.area,
                stale,
            )
        )
    connection.executemany("insert into places values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
