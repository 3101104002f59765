"""Charge lines (费用明细) of a share of the settlements; the lines of a settlement add up to it, part by part."""

from __future__ import annotations

import duckdb
import numpy as np

from flows.demo.allocate import Segments, split
from flows.demo.amounts import Columns
from flows.demo.claims import DAY, take
from flows.demo.lookups import yuan

# (name, med_chrgitm_type, list_type, chrgitm_lv, catalogue code, negotiated)
ITEMS = (
    ("普通床位费", "01", "201", "01", "110900001", 0),
    ("住院诊查费", "02", "201", "01", "110200005", 0),
    ("数字化摄影", "03", "201", "01", "210102015", 0),
    ("胸部CT平扫", "03", "201", "02", "210300001", 0),
    ("血细胞分析", "04", "201", "01", "250101015", 0),
    ("肝功能十项", "04", "201", "01", "250305007", 0),
    ("静脉输液", "05", "201", "01", "120400006", 0),
    ("II级护理", "07", "201", "01", "120100004", 0),
    ("一次性使用输液器", "08", "301", "02", "C1402050000", 0),
    ("可吸收缝合线", "08", "301", "03", "C1502010000", 0),
    ("注射用头孢曲松钠", "09", "101", "01", "XJ01DDT056B001", 0),
    ("氯化钠注射液", "09", "101", "01", "XB05XAL210B002", 0),
    ("丹参注射液", "11", "102", "02", "ZC02AAD0103", 0),
    ("中药饮片", "10", "103", "01", "T000500001", 0),
    ("奥希替尼片", "09", "101", "02", "XL01EBA278A001", 1),
    ("司库奇尤单抗注射液", "09", "101", "02", "XL04ACS001B002", 1),
    ("信迪利单抗注射液", "09", "101", "02", "XL01XCX054B002", 1),
)
NEGOTIATED = np.array([i for i, item in enumerate(ITEMS) if item[5]])
LONGEST = 90
DRUG_SHARE = 5  # lines of drug visits are delivered this many times as often


def choose(rows: Columns, share: float, rng: np.random.Generator) -> Columns:
    """Choose plain settlements: stays, and outpatient visits for negotiated drugs."""
    stays = np.isin(rows["category"], (21, 22, 210303, 28, 52))
    drugs = rows["category"] == 9904
    plain = (rows["refunded"] == 0) & (rows["mid"] == 0) & (rows["opens"] == 1) & (rows["hospital"] == 0)
    return take(rows, plain & (rng.random(len(rows["cost"])) < share * (stays + DRUG_SHARE * drugs)))


def make_lines(rows: Columns, rng: np.random.Generator) -> Columns:
    """Divide each settlement into lines: policy-range, first paid, over the limit and own money apart."""
    drugs = rows["category"] == 9904
    sizes = np.where(
        drugs, rng.integers(1, 4, len(drugs)), np.minimum(6 + rows["days"] * 3 + rng.integers(0, 8, len(drugs)), LONGEST)
    )
    lines = Segments(sizes)
    of = lines.of
    outside = rows["cost"] - rows["policy"]
    over, first = outside // 10, outside * 3 // 10
    parts = {"policy": rows["policy"], "first": first, "over": over, "own": outside - over - first}
    weight = rng.lognormal(0, 1.0, lines.rows)
    found = {name: split(lines, whole, weight) for name, whole in parts.items()}
    item = np.where(
        drugs[of],
        NEGOTIATED[rng.integers(0, len(NEGOTIATED), lines.rows)],
        rng.integers(0, len(ITEMS) - len(NEGOTIATED), lines.rows),
    )
    # a dear drug in one stay of twenty
    item = np.where(~drugs[of] & (rng.random(lines.rows) < 0.002), NEGOTIATED[0], item)
    day = rows["begin"][of] + np.floor(rng.random(lines.rows) * np.maximum(rows["days"][of], 1)).astype(np.int64)
    day = np.where(drugs[of], rows["end"][of], day)
    count = rng.choice([1, 1, 1, 2, 3, 5], lines.rows)
    return found | {
        "row": of,
        "line": lines.running(np.ones(lines.rows, np.int64)),
        "item": item,
        "count": count,
        "moment": day * DAY + 28_800 + rng.integers(0, 30_000, lines.rows),
    }


def lines_sql(connection: duckdb.DuckDBPyConnection, rows: Columns, lines: Columns) -> str:
    """Register the lines and return the SQL of fee_list_d; the institution's system says 0 or 2 for not negotiated."""
    connection.register(
        "line_arrays",
        lines | {name: rows[name][lines["row"]] for name in ("number", "encounter", "person", "place", "category", "manual")},
    )
    values = ", ".join(f"({i}, '{n}', '{t}', '{lt}', '{lv}', '{c}', {d})" for i, (n, t, lt, lv, c, d) in enumerate(ITEMS))
    whole = "(policy + first + over + own)"
    return f"""
        select
            '620725' || lpad(cast(number as varchar), 14, '0') || lpad(cast(line as varchar), 4, '0') as bkkp_sn,
            'M' || lpad(cast(encounter as varchar), 14, '0') as mdtrt_id,
            make_timestamp(moment * 1000000) as fee_ocur_time,
            '620725' || lpad(cast(number as varchar), 14, '0') as setl_id,
            code as fixmedins_code, name as fixmedins_name, psn_no, psn_insu_rlts_id, '620725' as insu_admdvs,
            case
                when manual = 1 then '1' when area = 'in_province' then '3' when area = 'out_of_province' then '4' else '2'
            end as pay_loc,
            cast(category as varchar) as med_type,
            cast(count as decimal(16, 4)) as cnt,
            cast(cast((2 * {whole} * 10000 + count) // (2 * count) as decimal(14, 0)) * 0.000001 as decimal(16, 6)) as pric,
            {yuan(whole)} as det_item_fee_sumamt,
            {yuan("own")} as fulamt_ownpay_amt, {yuan("over")} as overlmt_selfpay,
            {yuan("first")} as preselfpay_amt, {yuan("policy")} as inscp_amt,
            items.level as chrgitm_lv, items.code_ as hilist_code, items.name_ as hilist_name, items.list_type,
            items.code_ as med_list_codg, items.kind_ as med_chrgitm_type,
            case when items.negotiated = 1 then '1' when place % 2 = 0 then '2' else '0' end as hi_nego_drug_flag,
            '医师' || lpad(cast(person % 400 as varchar), 4, '0') as bilg_dr_name,
            '1' as vali_flag, make_timestamp((moment + 600) * 1000000) as updt_time
        from line_arrays
        inner join people using (person)
        inner join places using (place)
        inner join (values {values}) as items (item, name_, kind_, list_type, level, code_, negotiated) using (item)
        order by number, line
    """
