"""What must hold on every row of the demo, as SQL that finds the rows that break it."""

from __future__ import annotations

import duckdb


def _money(column: str) -> str:
    return f"cast({column} as decimal(16, 2))"


def _sum(*columns: str) -> str:
    return " + ".join(_money(c) for c in columns)


FUND_PARTS = _sum("hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "hifdm_pay", "othfund_pay")
SETTLEMENTS = "(select * from all_setl_d union all by name select * from all_outmed_setl_d)"
PLAIN = "(select * from setl_d union all by name select * from outmed_setl_d)"
AMOUNTS = (
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_amt",
    "hifp_pay",
    "hifmi_pay",
    "hifob_pay",
    "cvlserv_pay",
    "maf_pay",
    "fund_pay_sumamt",
    "psn_pay",
    "acct_pay",
    "cash_payamt",
)
SUM_OF_LINES = "sum(cast(f.{0} as decimal(16, 2))) <> max(cast(s.{1} as decimal(16, 2)))"

RULES = {
    "A1 total = fund + person + hospital": f"select 1 from {SETTLEMENTS} where {_money('medfee_sumamt')} <> {_sum('fund_pay_sumamt', 'psn_pay', 'ownpay_hosp_part')}",
    "A2 fund = its parts": f"select 1 from {SETTLEMENTS} where {_money('fund_pay_sumamt')} <> {FUND_PARTS}",
    "A3 person = account + cash": f"select 1 from {SETTLEMENTS} where {_money('psn_pay')} <> {_sum('acct_pay', 'cash_payamt')}",
    "A4 shared account within account": f"select 1 from {SETTLEMENTS} where abs({_money('acct_mulaid_pay')}) > abs({_money('acct_pay')}) or {_money('acct_mulaid_pay')} * {_money('acct_pay')} < 0",
    "A5 total = own + over limit + first paid + policy range, save quota rows": f"select 1 from {SETTLEMENTS} where med_type <> '26' and {_money('medfee_sumamt')} <> {_sum('fulamt_ownpay_amt', 'overlmt_selfpay', 'preselfpay_amt', 'inscp_amt')}",
    "A6 policy range holds deductible and payments": f"select 1 from {SETTLEMENTS} where abs({_money('inscp_amt')}) < abs({_money('act_pay_dedc')}) or abs({_money('inscp_amt')}) < abs({_money('fund_pay_sumamt')})",
    "amounts are negative on reversals alone": f"select 1 from {SETTLEMENTS} where least({', '.join(_money(c) for c in AMOUNTS)}) < 0 and init_setl_id is null",
    "a reversal mirrors its original, which is marked": f"""
        select 1 from {PLAIN} as r left join {PLAIN} as o on r.init_setl_id = o.setl_id
        where r.init_setl_id is not null
            and (o.setl_id is null or o.refd_setl_flag <> '1' or r.refd_setl_flag <> '1' or o.psn_no <> r.psn_no or o.mdtrt_id <> r.mdtrt_id
            or r.setl_time <= o.setl_time or {" or ".join(f"-{_money(f'r.{c}')} <> {_money(f'o.{c}')}" for c in AMOUNTS)})""",
    "nothing is reversed twice": f"select init_setl_id from {PLAIN} where init_setl_id is not null group by all having count(*) > 1",
    "assistance only for the entitled": f"select 1 from {PLAIN} where {_money('maf_pay')} <> 0 and sp_psn_type is null",
    "settled while insured": f"""
        select 1 from {PLAIN} as s left join psn_insu_d as e on s.psn_insu_rlts_id = e.psn_insu_rlts_id and s.psn_no = e.psn_no and s.insutype = e.insutype
        where e.psn_no is null or cast(s.setl_time as date) < cast(e.crt_insu_date as date) or cast(s.setl_time as date) >= cast(e.paus_insu_date as date)""",
    "institution is open and its level known": "select 1 from conformed where not is_open",
    "institution is under agreement": """
        select 1 from conformed as s left join fixmedins_cntr_reg_d as c
            on s.fixmedins_code = c.fixmedins_code and s.settled_at between cast(c.begntime as timestamp) and cast(c.endtime as timestamp)
        where c.fix_cntr_id is null""",
    "settled elsewhere is pay_loc 3 or 4 and outside the city": "select 1 from conformed where (came_as = 'outmed_setl_d') <> (area in ('in_province', 'out_of_province') and pay_loc in ('3', '4')) or (came_as = 'setl_d' and pay_loc not in ('1', '2'))",
    "a stay has its encounter, on the same days": """
        select 1 from conformed as s left join mdtrt_d as m on s.mdtrt_id = m.mdtrt_id
        where s.category like '%inpatient' and (
            m.mdtrt_id is null or m.psn_no <> s.psn_no or m.fixmedins_code <> s.fixmedins_code
            or s.began_on <> cast(cast(m.begntime as timestamp) as date) or s.ended_on > cast(cast(m.endtime as timestamp) as date)
            or (not s.is_mid_stay and s.ended_on <> cast(cast(m.endtime as timestamp) as date))
            or s.stay_days <> greatest(date_diff('day', cast(cast(m.begntime as timestamp) as date), cast(cast(m.endtime as timestamp) as date)), 1))""",
    "chronic care only while registered": """
        select 1 from conformed as s left join chronic_registration as r on s.psn_no = r.psn_no and cast(r.begndate as date) <= s.ended_on
        where s.category = 'chronic_outpatient' and r.psn_no is null""",
    "the lines of a settlement add up to it": f"""
        select s.setl_id from fee_list_d as f left join {PLAIN} as s on f.setl_id = s.setl_id group by all
        having {" or ".join(SUM_OF_LINES.format(a, b) for a, b in (("det_item_fee_sumamt", "medfee_sumamt"), ("inscp_amt", "inscp_amt"), ("fulamt_ownpay_amt", "fulamt_ownpay_amt"), ("overlmt_selfpay", "overlmt_selfpay"), ("preselfpay_amt", "preselfpay_amt")))}
            or count(s.setl_id) = 0""",
    "a line is quantity times price": "select 1 from fee_list_d where abs(cast(cnt as decimal(16, 4)) * cast(pric as decimal(16, 6)) - cast(det_item_fee_sumamt as decimal(16, 2))) > 0.005",
    "a settlement has a known category, person and visit": "select 1 from conformed where fund is null or psn_no is null or settled_at < ended_on",
}


def broken_rules(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the rules that some row breaks, with how many."""
    found = {name: connection.execute(f"select count(*) from ({query})").fetchone()[0] for name, query in RULES.items()}  # noqa: S608
    return {name: count for name, count in found.items() if count}
