"""What must hold on every row of the demo, as SQL that finds the rows that break it."""

from __future__ import annotations

import duckdb

PARTS = (
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_amt",
)
FUND_PARTS = ("hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "hifdm_pay", "othfund_pay")
AMOUNTS = ("medfee_sumamt", *PARTS, *FUND_PARTS, "fund_pay_sumamt", "psn_pay", "acct_pay", "cash_payamt")
MORE_AMOUNTS = ("act_pay_dedc", "acct_mulaid_pay", "ownpay_hosp_part")
# `versions`: every delivered version of a settlement; `latest`: the one that counts. Amounts are numbers there.
LAST_DAY = "cast(cast(m.endtime as timestamp) as date)"
FIRST_DAY = "cast(cast(m.begntime as timestamp) as date)"
LINE_SUMS = {"det_item_fee_sumamt": "medfee_sumamt"} | {part: part for part in PARTS}
MIRRORED = " or ".join(f"-r.{c} <> o.{c}" for c in AMOUNTS)
UNEQUAL_LINES = " or ".join(f"sum(cast(f.{line} as decimal(16, 2))) <> max(s.{whole})" for line, whole in LINE_SUMS.items())

RULES = {
    "A1 total = fund + person + hospital": """
        select 1 from versions where medfee_sumamt <> fund_pay_sumamt + psn_pay + ownpay_hosp_part""",
    "A2 fund = its parts": f"""
        select 1 from versions where fund_pay_sumamt <> {" + ".join(FUND_PARTS)}""",
    "A3 person = account + cash": """
        select 1 from versions where psn_pay <> acct_pay + cash_payamt""",
    "A4 shared account within account": """
        select 1 from versions where abs(acct_mulaid_pay) > abs(acct_pay) or sign(acct_mulaid_pay) * sign(acct_pay) < 0""",
    "A5 total = own + over limit + first paid + policy range, save quota rows": f"""
        select 1 from versions where med_type <> '26' and medfee_sumamt <> {" + ".join(PARTS)}""",
    "A6 policy range holds deductible and payments": """
        select 1 from versions where abs(inscp_amt) < greatest(abs(act_pay_dedc), abs(fund_pay_sumamt))""",
    "amounts are negative on reversals alone": f"""
        select 1 from versions where least({", ".join(AMOUNTS)}) < 0 and init_setl_id is null""",
    "a reversal mirrors its original, which is marked": f"""
        select 1
        from latest as r left join latest as o on r.init_setl_id = o.setl_id
        where r.init_setl_id is not null and (
            o.setl_id is null or o.refd_setl_flag <> '1' or r.refd_setl_flag <> '1' or o.psn_no <> r.psn_no
            or o.mdtrt_id <> r.mdtrt_id or r.setl_time <= o.setl_time or {MIRRORED})""",
    "nothing is reversed twice": """
        select init_setl_id from latest where init_setl_id is not null group by all having count(*) > 1""",
    "assistance only for the entitled": """
        select 1 from latest where maf_pay <> 0 and sp_psn_type is null""",
    "settled while insured": """
        select 1
        from latest as s left join psn_insu_d as e using (psn_insu_rlts_id, psn_no, insutype)
        where e.crt_insu_date is null or cast(s.setl_time as date) < cast(e.crt_insu_date as date)
            or cast(s.setl_time as date) >= cast(e.paus_insu_date as date)""",
    "institution is open and its level known": """
        select 1 from conformed where not is_open""",
    "institution is under agreement": """
        select 1
        from conformed as s left join fixmedins_cntr_reg_d as c
            on s.fixmedins_code = c.fixmedins_code
            and s.settled_at between cast(c.begntime as timestamp) and cast(c.endtime as timestamp)
        where c.fix_cntr_id is null""",
    "settled elsewhere is pay_loc 3 or 4 and outside the city": """
        select 1 from conformed
        where (came_as = 'outmed_setl_d') <> (area in ('in_province', 'out_of_province') and pay_loc in ('3', '4'))
            or (came_as = 'setl_d' and pay_loc not in ('1', '2'))""",
    "a stay has its encounter, on the same days": f"""
        select 1
        from conformed as s left join mdtrt_d as m using (mdtrt_id)
        where s.category like '%inpatient' and (
            m.updt_time is null or m.psn_no <> s.psn_no or m.fixmedins_code <> s.fixmedins_code
            or s.began_on <> {FIRST_DAY} or s.ended_on > {LAST_DAY} or (not s.is_mid_stay and s.ended_on <> {LAST_DAY})
            or s.stay_days <> greatest(date_diff('day', {FIRST_DAY}, {LAST_DAY}), 1))""",
    "chronic care only while registered": """
        select 1
        from conformed as s left join chronic_registration as r
            on s.psn_no = r.psn_no and cast(r.begndate as date) <= s.ended_on
        where s.category = 'chronic_outpatient' and r.psn_no is null""",
    "the lines of a settlement add up to it": f"""
        select setl_id from fee_list_d as f left join latest as s using (setl_id)
        group by all having count(s.psn_no) = 0 or {UNEQUAL_LINES}""",
    "a line is quantity times price": """
        select 1 from fee_list_d
        where abs(
            cast(cnt as decimal(16, 4)) * cast(pric as decimal(16, 6)) - cast(det_item_fee_sumamt as decimal(16, 2))
        ) > 0.005""",
    "a settlement has a known category, person and visit": """
        select 1 from conformed where fund is null or psn_no is null or settled_at < ended_on""",
}


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `versions` and `latest`: settlements at home and elsewhere with their amounts as numbers."""
    for view, prefix in (("versions", "all_"), ("latest", "")):
        numbers = ", ".join(f"cast({c} as decimal(16, 2)) as {c}" for c in (*AMOUNTS, *MORE_AMOUNTS))
        connection.execute(f"""
            create or replace view {view} as
            select * replace ({numbers})
            from (select * from {prefix}setl_d union all by name select * from {prefix}outmed_setl_d)
        """)


def broken_rules(connection: duckdb.DuckDBPyConnection, only: str = "") -> dict[str, int]:
    """Return the rules that some row breaks, with how many; `only` those whose name begins so."""
    found = {}
    for name, query in RULES.items():
        if name.startswith(only):
            (count,) = connection.execute(f"select count(*) from ({query})").fetchone() or (0,)
            if count:
                found[name] = count
    return found
