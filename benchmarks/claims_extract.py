"""Settlements in the form of the national platform, made by DuckDB: wide rows whose amounts keep their identities.

They are for measuring alone: `medfund demo` makes a county that looks like one.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from flows.ingest.manifest import MANIFEST_NAME
from flows.ingest.write_manifest import write_manifest

# two years of history and a month more
MONTHS = [dt.date(2023 + month // 12, month % 12 + 1, 1) for month in range(25)]
INSTITUTIONS = 40
RESIDENTS = 78  # of a hundred persons
_COUNTY, _CITY = "620725", "620702"

# Amounts are made in whole fen: cost, its part outside the catalogue, and the policy-range cost that funds and person share.
_SETTLEMENTS = """
    with numbered as (
        select i, hash(i, {salt}) as h, (hash(i, {salt}, 1) % 1000000)::bigint as u from range({rows}) r(i)
    ),
    drawn as (
        select *,
            (h % {persons})::bigint as person,
            (h % {institutions})::bigint as institution,
            h % {persons} % 100 < {residents} as is_resident,
            (h // 100) % 100 < 12 as is_inpatient,
            ((h // 10000) % {days})::bigint as day,
            case when (h // 100) % 100 < 12 then 100000 + u else 2000 + u // 40 end::bigint as cost
        from numbered
    ),
    split as (
        select *,
            cost * 8 // 100 as own, cost * 2 // 100 as over, cost * 10 // 100 as pre,
            cost - cost * 8 // 100 - cost * 2 // 100 - cost * 10 // 100 as policy
        from drawn
    ),
    paid as (
        select *,
            policy * 65 // 100 as basic,
            case when is_inpatient then policy * 5 // 100 else 0 end as serious,
            0::bigint as assistance
        from split
    )
    select
        printf('S%s%010d', '{month:%Y%m}', i) as setl_id, '{county}00' as clr_optins,
        printf('M%010d', i) as medins_setl_id, printf('E%s%010d', '{month:%Y%m}', i) as mdtrt_id, null as init_setl_id,
        printf('P%09d', person) as psn_no, printf('R%09d', person) as psn_insu_rlts_id,
        printf('参保人%09d', person) as psn_name, '01' as psn_cert_type, printf('999999%012d', person) as certno,
        (1 + person % 2)::varchar as gend, '01' as naty, date '1950-01-01' + (person % 20000)::integer as brdy,
        (20 + person % 60)::decimal(4, 1) as age, case when is_resident then '390' else '310' end as insutype,
        case when is_resident then '1501' else '1101' end as psn_type, '0' as cvlserv_flag,
        '0' as flxempe_flag, '0' as nwb_flag, '{county}' as insu_admdvs, '2' as pay_loc,
        printf('H{county}%05d', institution) as fixmedins_code, printf('基准测试机构%03d', institution) as fixmedins_name,
        case when institution % 4 = 0 then '05' else '08' end as hosp_lv,
        case when institution % 5 = 0 then '{city}' else '{county}' end as fix_blng_admdvs,
        date '{month}' + day::integer - case when is_inpatient then (u % 9)::integer else 0 end as begndate,
        date '{month}' + day::integer as enddate,
        timestamp '{month}' + to_days(day::integer) + to_seconds((u % 43200)::integer + 28800) as setl_time,
        '02' as mdtrt_cert_type, printf('999999%012d', person) as mdtrt_cert_no,
        case when is_inpatient then '21' when u % 3 = 0 then '14' else '11' end as med_type,
        '2' as setl_type, case when is_inpatient then '21' else '11' end as clr_type, '1' as clr_way, '01' as psn_setlway,
        yuan(cost) as medfee_sumamt, yuan(own) as fulamt_ownpay_amt,
        yuan(over) as overlmt_selfpay, yuan(pre) as preselfpay_amt,
        yuan(policy) as inscp_amt, 0.00 as dedc_std, 0.00 as crt_dedc, 0.00 as act_pay_dedc,
        yuan(basic) as hifp_pay, 0.65 as pool_prop_selfpay, yuan(cost) as hi_agre_sumfee,
        0.00 as cvlserv_pay, 0.00 as hifes_pay,
        yuan(case when is_resident then serious else 0 end) as hifmi_pay,
        yuan(case when is_resident then 0 else serious end) as hifob_pay,
        0.00 as hifdm_pay, yuan(assistance) as maf_pay, 0.00 as othfund_pay,
        yuan(basic + serious + assistance) as fund_pay_sumamt,
        yuan(cost - basic - serious - assistance) as psn_pay, 0.00 as acct_pay,
        yuan(cost - basic - serious - assistance) as cash_payamt, 0.00 as ownpay_hosp_part, 0.00 as balc,
        0.00 as acct_mulaid_pay, '0' as refd_setl_flag, '1' as cal_ipt_cnt, '{month:%Y}' as year, null as dise_no,
        null as dise_name,
        '1' as vali_flag, '{county}' as poolarea_no,
        timestamp '{month}' + to_days(day::integer) + to_seconds(86000) as updt_time, '0' as mid_setl_flag
    from paid
"""
_INSTITUTIONS = """
    select printf('H{county}%05d', i) as fixmedins_code,
        case when i % 5 = 0 then '{city}' else '{county}' end as fix_blng_admdvs,
        printf('基准测试机构%03d', i) as fixmedins_name,
        '1' as fixmedins_type, case when i % 4 = 0 then '05' else '08' end as hosp_lv, timestamp '2015-01-01' as begntime,
        '1' as vali_flag, timestamp '2023-01-01' as updt_time
    from range({institutions}) r(i)
"""
_AGREEMENTS = """
    select printf('A%05d', i) as fix_cntr_id, printf('H{county}%05d', i) as fixmedins_code, '1' as fix_cntr_type,
        timestamp '2015-01-01' as begntime, '{county}' as fix_blng_admdvs, '2015' as cntr_sign_year, '1' as vali_flag,
        timestamp '2023-01-01' as updt_time
    from range({institutions}) r(i)
"""
# Each person is insured once: with the residents or with the employees, as all his settlements say.
_ENROLMENTS = """
    select printf('R%09d', i) as psn_insu_rlts_id, printf('P%09d', i) as psn_no,
        case when i % 100 < {residents} then '390' else '310' end as insutype,
        date '2015-01-01' as crt_insu_date, '1' as psn_insu_stas,
        case when i % 100 < {residents} then '1501' else '1101' end as psn_type,
        '{county}' as insu_admdvs, timestamp '2023-01-01' as updt_time
    from range({persons}) r(i)
"""


def _write(folder: Path, files: dict[str, str], period: str) -> None:
    folder.mkdir(parents=True)
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        connection.execute("create macro yuan(fen) as cast(cast(fen as decimal(16, 2)) * 0.01 as decimal(16, 2))")
        for name, query in files.items():
            connection.execute(f"copy ({query}) to '{folder / name}' (header, delimiter ',')")
    write_manifest(folder, source="platform", region="shandan", period=period, note="made for measuring; not real")
    (folder / MANIFEST_NAME).chmod(0o644)


def month_folder(landing: Path, month: dt.date) -> Path:
    """Return the folder of the delivery of a month's settlements."""
    return landing / f"bench_settlements_{month:%Y%m}"


def persons_of(rows_per_month: int) -> int:
    """Return how many persons the settlements of a month are drawn from."""
    return max(1000, rows_per_month * 2)


def write_registers(landing: Path, rows_per_month: int) -> None:
    """Write the delivery of institutions, agreements and enrolments that the settlements refer to."""
    queries = {"fixmedins_b.csv": _INSTITUTIONS, "fixmedins_cntr_reg_d.csv": _AGREEMENTS, "psn_insu_d.csv": _ENROLMENTS}
    persons = persons_of(rows_per_month)
    files = {
        name: query.format(county=_COUNTY, city=_CITY, institutions=INSTITUTIONS, persons=persons, residents=RESIDENTS)
        for name, query in queries.items()
    }
    _write(landing / "bench_registers", files, "2023")


def write_month(landing: Path, month: dt.date, rows: int) -> None:
    """Write the delivery of one month's settlements."""
    query = _SETTLEMENTS.format(
        salt=month.year * 12 + month.month,
        rows=rows,
        persons=persons_of(rows),
        institutions=INSTITUTIONS,
        residents=RESIDENTS,
        days=28,
        month=month,
        county=_COUNTY,
        city=_CITY,
    )
    _write(month_folder(landing, month), {"setl_d.csv": query}, f"{month:%Y}M{month:%m}")
