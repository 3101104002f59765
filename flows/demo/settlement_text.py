"""Settlements, encounters and charge lines as a platform's extract prints them: the SQL that turns numbers into columns.

Names, certificate and telephone numbers are made up so that they cannot be anybody's: 参保人000123, 999999…, 19900…
"""

from __future__ import annotations

import duckdb
import numpy as np

from flows.demo.lookups import yuan

# main diagnoses of stays: assumed
DIAGNOSES = {
    "J18.900": "肺炎",
    "I63.900": "脑梗死",
    "I25.103": "冠状动脉粥样硬化性心脏病",
    "J44.100": "慢性阻塞性肺病伴急性加重",
    "M51.202": "腰椎间盘突出",
    "K80.200": "胆囊结石",
    "E11.900": "2型糖尿病",
    "I10.x00": "原发性高血压",
    "N20.100": "输尿管结石",
    "H25.900": "老年性白内障",
}
DIAGNOSIS_OF_CATEGORY = {
    22: ("S52.500", "桡骨下端骨折"),
    210303: ("F20.900", "精神分裂症"),
    52: ("O80.900", "单胎顺产"),
    26: ("O80.900", "单胎顺产"),
}

# a hospital's own system goes on printing the old level for two months after it was rated anew
STALE_DAYS = 60
INPATIENT = "category in (21, 22, 26, 210303, 28, 52)"
SETTLED_ELSEWHERE = "(area in ('in_province', 'out_of_province') and manual = 0)"
PAID = "(basic + serious + assistance + civil)"
# what is outside policy range, split without regard to sign, so that a reversal mirrors its original
OUTSIDE = "(cost - hospital - policy)"
OVER_LIMIT, FIRST_PAID = (f"(sign({OUTSIDE}) * (abs({OUTSIDE}) * {tenths} // 10))" for tenths in (1, 3))
DEDUCTIBLE = (
    f"(case when not {INPATIENT} then 0 when level_code < '05' then 100000 when level_code < '08' then 40000 else 15000 end)"
)

# basic payment over policy range, half up, without floats
RATIO = """cast(
                cast((20000 * abs(basic) + abs(policy)) // (2 * abs(policy)) as decimal(9, 0)) * 0.0001 as decimal(5, 4)
            )"""
# what a relative's account paid: all of it for residents, who have none; half of it now and then for employees
SHARED = "case when fund = 390 then account when encounter % 23 = 0 then sign(account) * (abs(account) // 2) else 0 end"


def load_rows(connection: duckdb.DuckDBPyConnection, rows: dict[str, np.ndarray]) -> None:
    """Make the table `claims`: rows with their persons and institutions, in the order in which they were settled."""
    named = {{"begin": "begin_day", "end": "end_day", "init": "reversed_number"}.get(k, k): v for k, v in rows.items()}
    connection.register("row_arrays", named)
    connection.execute(f"""
        create or replace temp table claims as
        select
            row_arrays.*, code, name, admdvs, area, hosp_lv as level_code,
            case when end_day - places.since < {STALE_DAYS} then stale_lv else hosp_lv end as printed_lv,
            psn_no, psn_insu_rlts_id, psn_name, certno, gend, brdy, born, psn_type, sp_psn_type, emp_no, is_civil,
            disease_no, disease_name, {_diagnosis(0)} as diagnosis_code, {_diagnosis(1)} as diagnosis_name
        from row_arrays
        inner join people using (person)
        inner join places using (place)
        order by time, number, updated
    """)
    connection.unregister("row_arrays")


def _diagnosis(part: int) -> str:
    listed = ", ".join(f"'{d[part]}'" for d in DIAGNOSES.items())
    fixed = " ".join(f"when {category} then '{d[part]}'" for category, d in DIAGNOSIS_OF_CATEGORY.items())
    return f"case category {fixed} else list_value({listed})[1 + encounter % {len(DIAGNOSES)}] end"


def settlements_sql(table: str) -> str:
    """Return the SQL of setl_d or outmed_setl_d over the table `claims`."""
    elsewhere = table == "outmed_setl_d"
    pay_loc = (
        "case area when 'in_province' then '3' else '4' end" if elsewhere else "case when manual = 1 then '1' else '2' end"
    )
    at_home = ", cast(mid as varchar) as mid_setl_flag, case when account <> 0 then '1' else '0' end as acct_used_flag"
    return f"""
        select
            '620725' || lpad(cast(number as varchar), 14, '0') as setl_id,
            {"null" if elsewhere else "'620725'"} as clr_optins,
            code || '-' || cast(number as varchar) as medins_setl_id,
            'M' || lpad(cast(encounter as varchar), 14, '0') as mdtrt_id,
            case when reversed_number > 0 then '620725' || lpad(cast(reversed_number as varchar), 14, '0') end as init_setl_id,
            psn_no, psn_insu_rlts_id, psn_name, '01' as psn_cert_type, certno, gend, '01' as naty, brdy,
            {_age("end_day")} as age,
            cast(fund as varchar) as insutype, psn_type, cast(is_civil as varchar) as cvlserv_flag, sp_psn_type,
            '0' as flxempe_flag, '0' as nwb_flag, '620725' as insu_admdvs, emp_no, {pay_loc} as pay_loc,
            code as fixmedins_code, name as fixmedins_name, printed_lv as hosp_lv, admdvs as fix_blng_admdvs,
            {_date("begin_day")} as begndate, {_date("end_day")} as enddate, {_moment("time")} as setl_time,
            case when number % 3 = 0 then '03' else '01' end as mdtrt_cert_type,
            cast(category as varchar) as med_type,
            case when manual = 1 then '1' else '2' end as setl_type,
            case when {INPATIENT} then '21' when category = 41 then '41' else '11' end as clr_type,
            case when category = 26 then '2' else '1' end as clr_way,
            case when category = 26 then '02' else '01' end as psn_setlway,
            {yuan("cost")} as medfee_sumamt,
            {yuan(f"{OUTSIDE} - {OVER_LIMIT} - {FIRST_PAID}")} as fulamt_ownpay_amt,
            {yuan(OVER_LIMIT)} as overlmt_selfpay,
            {yuan(FIRST_PAID)} as preselfpay_amt,
            {yuan("policy")} as inscp_amt,
            {yuan(DEDUCTIBLE)} as dedc_std,
            {yuan(f"sign(cost) * {DEDUCTIBLE}")} as crt_dedc,
            {yuan(f"sign(cost) * least({DEDUCTIBLE}, abs(policy - {PAID}))")} as act_pay_dedc,
            {yuan("basic")} as hifp_pay,
            case when policy <> 0 then {RATIO} end as pool_prop_selfpay,
            {yuan("cost")} as hi_agre_sumfee,
            {yuan("civil")} as cvlserv_pay,
            {yuan("0")} as hifes_pay,
            {yuan("case when fund = 390 then serious else 0 end")} as hifmi_pay,
            {yuan("case when fund = 310 then serious else 0 end")} as hifob_pay,
            {yuan("0")} as hifdm_pay,
            {yuan("assistance")} as maf_pay,
            {yuan("0")} as othfund_pay,
            {yuan(PAID)} as fund_pay_sumamt,
            {yuan(f"cost - hospital - {PAID}")} as psn_pay,
            {yuan("account")} as acct_pay,
            {yuan(f"cost - hospital - {PAID} - account")} as cash_payamt,
            {yuan("hospital")} as ownpay_hosp_part,
            {yuan("case when fund = 310 then 50000 + (person * 7919) % 300000 else 0 end")} as balc,
            {yuan(SHARED)} as acct_mulaid_pay,
            cast(refunded as varchar) as refd_setl_flag,
            case when {INPATIENT} and mid = 0 then '1' else '0' end as cal_ipt_cnt,
            cast(year({_moment("time")}) as varchar) as year,
            case when category in (14, 9904) then disease_no when {INPATIENT} then diagnosis_code end as dise_no,
            case when category in (14, 9904) then disease_name when {INPATIENT} then diagnosis_name end as dise_name,
            '1' as vali_flag, {_moment("time")} as crte_time, {_moment("updated")} as updt_time,
            '620725' as optins_no, '620700' as poolarea_no{"" if elsewhere else at_home}
        from claims
        where {"" if elsewhere else "not "}{SETTLED_ELSEWHERE}
    """


def encounters_sql() -> str:
    """Return the SQL of mdtrt_d: one row per stay, and an earlier version of a stay that was settled in its middle.

    Days: from admission to discharge, one at the least.
    """
    return f"""
        select
            'M' || lpad(cast(encounter as varchar), 14, '0') as mdtrt_id,
            code || '-' || cast(number as varchar) as medins_setl_id,
            psn_no, psn_insu_rlts_id, '01' as psn_cert_type, certno, psn_name, gend, '01' as naty, brdy,
            {_age("begin_day")} as age,
            psn_name as coner_name, '19900' || lpad(cast(person % 1000000 as varchar), 6, '0') as tel,
            cast(fund as varchar) as insutype, psn_type, cast(is_civil as varchar) as cvlserv_flag, sp_psn_type,
            '620725' as insu_admdvs, emp_no,
            case
                when manual = 1 then '1' when not {SETTLED_ELSEWHERE} then '2' when area = 'in_province' then '3' else '4'
            end as pay_loc,
            code as fixmedins_code, name as fixmedins_name, printed_lv as hosp_lv, admdvs as fix_blng_admdvs,
            {_moment("begin_day * 86400 + 32400 + (encounter * 7919) % 28800")} as begntime,
            case when opens = 1 then {_moment("end_day * 86400 + 28800 + (encounter * 104729) % 28800")} end as endtime,
            cast(category as varchar) as med_type, cast(year({_date("end_day")}) as varchar) as year,
            'Z' || cast(encounter as varchar) as ipt_otp_no, 'B' || cast(person as varchar) as medrcdno,
            diagnosis_code as dscg_maindiag_code, diagnosis_name as dscg_maindiag_name,
            case when opens = 1 then '1' end as dscg_way,
            case when opens = 1 then '0' else '1' end as inhosp_stas,
            case when opens = 1 then days end as ipt_days,
            '1' as vali_flag, {_moment("updated")} as updt_time, '620700' as poolarea_no
        from claims
        where opens > 0 and {INPATIENT}
    """


def _date(expression: str) -> str:
    return f"date '1970-01-01' + cast({expression} as integer)"


def _moment(expression: str) -> str:
    return f"make_timestamp(({expression}) * 1000000)"


def _age(day: str) -> str:
    return f"greatest(cast(({day} - born) // 365.25 as integer), 0)"
