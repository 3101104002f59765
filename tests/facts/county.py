"""A county in a few rows: sound claims, and for every rule of the seed claim_rules one claim that breaks it."""

from __future__ import annotations

from claims_lake import ClaimsLake, Row, reversal, settlement

UPDATED = "2024-01-31 08:00:00"
# an enrolment that names its pooling area alone
POOLED = {"insu_admdvs": None, "poolarea_no": "620725"}


def _sound(setl_id: str, **values: object) -> Row:
    """Return a settlement that breaks no rule: the person is enrolled and entitled."""
    return settlement(setl_id, sp_psn_type="2", **values)


ORIGINAL, TWICE, UNEVEN = (_sound(name) for name in ("reversed_well", "reversed_twice", "reversed_unevenly"))
PART = _sound("reversed_part", mid_setl_flag="1")
CLOSED = _sound("before_closing", fixmedins_code="H62072500002", begndate="2023-12-18", setl_time="2023-12-20 10:00:00")

SETTLEMENTS: list[Row] = [
    _sound("sound"),
    ORIGINAL,
    TWICE,
    UNEVEN,
    PART,
    reversal("mirrors", ORIGINAL, setl_time="2024-02-10 09:00:00"),
    reversal("first_of_two", TWICE),
    reversal("second_of_two", TWICE),
    reversal("uneven", UNEVEN, medfee_sumamt=-999, inscp_amt=-899, psn_pay=-399, cash_payamt=-299),
    # it would take away a visit, and its original is none
    reversal("unmarked", PART, mid_setl_flag="0"),
    reversal("of_nothing", _sound("never_delivered")),
    # one rule each
    _sound("parts_short", hifp_pay=499),
    _sound("payers_short", psn_pay=399, cash_payamt=299),
    _sound("cash_short", cash_payamt=299),
    _sound("shared_too_much", acct_mulaid_pay=101),
    _sound("negative", **{name: -1 * value for name, value in _sound("x").items() if isinstance(value, int)}),
    _sound("cost_short", inscp_amt=800),
    _sound("deductible_too_much", act_pay_dedc=901),
    _sound("unmapped", med_type="8888"),
    # a place that dim_regions does not have, and a code of sex that no map has
    _sound("of_no_region", insu_admdvs="620799"),
    _sound("of_no_sex", gend="x"),
    _sound("another_days", mdtrt_id="visit-of-seven-days"),
    _sound("lines_short"),
    _sound("unknown_institution", fixmedins_code="H62072509999"),
    _sound("closed_institution", fixmedins_code="H62072500002"),
    _sound("before_the_pause", fixmedins_code="H62072500004"),
    _sound("after_the_pause", fixmedins_code="H62072500005"),
    _sound("without_agreement", fixmedins_code="H62072500003"),
    _sound("not_enrolled", psn_no="token-stranger"),
    settlement("not_entitled"),
    _sound("not_enrolled_employee", insutype="310", psn_type="1101", psn_no="token-stranger"),
    # a division of no province: nothing of it has a meaning, and it counts once
    _sound("of_no_province", insu_admdvs="990101"),
    # none of them: paid by hand after care far away, a pharmacy there, what was reversed after the hospital had closed
    _sound("paid_by_hand", fixmedins_code="H11010100001", fix_blng_admdvs="110101", hosp_lv="02"),
    _sound("pharmacy", fixmedins_code="P62010100001", fix_blng_admdvs="620101", hosp_lv=None, med_type="41"),
    CLOSED,
    reversal("after_closing", CLOSED, setl_time="2024-01-20 10:00:00"),
    # none of them: a quota, a hospital that bears a loss, a subsidised person, a stay in two settlements
    _sound("under_quota", inscp_amt=800, bydise_setl_payamt=600),
    _sound("hospital_gains", ownpay_hosp_part=-50, psn_pay=450, cash_payamt=350),
    settlement("subsidised", psn_no="token-2"),
    _sound("first_part", mdtrt_id="long-stay", mid_setl_flag="1", begndate="2024-01-01", enddate="2024-01-08"),
    _sound("last_part", mdtrt_id="long-stay", begndate="2024-01-01", enddate="2024-01-10"),
    # 广东: the fund total holds the account, the person's part does not; dim_regions does not have it
    _sound("guangdong", insu_admdvs="440106", fix_blng_admdvs="440106", fund_pay_sumamt=700, psn_pay=300, clr_way=None),
]

EXPECTED: dict[str, set[str | None]] = {
    "fund_parts_sum": {"parts_short"},
    "payers_sum": {"payers_short"},
    "person_is_account_and_cash": {"cash_short"},
    "shared_inside_account": {"shared_too_much"},
    "negative_without_reversal": {"negative"},
    "cost_parts_sum": {"cost_short"},
    "policy_covers_deductible": {"deductible_too_much"},
    "lines_sum_to_claim": {"lines_short"},
    "encounter_days_agree": {"another_days"},
    "settled_while_enrolled": {"not_enrolled", "not_enrolled_employee"},
    "institution_known": {"unknown_institution"},
    "institution_open": {"closed_institution", "after_the_pause"},
    "institution_under_agreement": {"without_agreement"},
    "assistance_entitled": {"not_entitled"},
    "codes_mapped": {
        "unmapped",
        "of_no_region",
        "of_no_sex",
        "guangdong",
        "of_no_province",
        "lines_short",
        None,
        "never_delivered",
    },
    "reversal_has_original": {"of_nothing"},
    "reversed_once": {"reversed_twice"},
    "reversal_mirrors_original": {"uneven", "unmarked"},
}


def _enrolment(token: str, person: str, begin: str, end: str | None, **values: object) -> Row:
    row = {"psn_insu_rlts_id": token, "psn_no": person, "insutype": "390", "crt_insu_date": begin, "paus_insu_date": end}
    return row | {"psn_insu_stas": "1", "psn_type": "1501", "insu_admdvs": "620725", "updt_time": UPDATED} | values


def _institution(number: int, **values: object) -> Row:
    row = {"fixmedins_code": f"H6207250000{number}", "fix_blng_admdvs": "620725", "fixmedins_name": f"医院{number}"}
    row |= {"fixmedins_type": "1", "hosp_lv": "05", "begntime": "2020-01-01", "vali_flag": "1", "updt_time": UPDATED}
    return row | values


def _agreement(number: int, begin: str, end: str | None) -> Row:
    row = {
        "fix_cntr_id": f"A{number}-{begin}",
        "fixmedins_code": f"H6207250000{number}",
        "fix_cntr_type": "1",
        "begntime": begin,
    }
    return row | {"cntr_sign_year": begin[:4], "endtime": end, "vali_flag": "1", "updt_time": UPDATED}


def _line(number: int, setl_id: str | None, cost: int, **values: object) -> Row:
    row = {"bkkp_sn": f"L{number}", "setl_id": setl_id, "mdtrt_id": f"visit-{setl_id}", "fee_ocur_time": "2024-01-12 08:00:00"}
    row |= {"fixmedins_code": "H62072500001", "fixmedins_name": "医院1", "psn_no": "token-1", "insu_admdvs": "620725"}
    row |= {"med_type": "21", "cnt": 1, "pric": cost, "det_item_fee_sumamt": cost, "hilist_code": "X", "hilist_name": "x"}
    return row | {"list_type": "101", "med_chrgitm_type": "09", "vali_flag": "1", "updt_time": UPDATED} | values


def _encounter(mdtrt_id: str, days: int) -> Row:
    row = {"mdtrt_id": mdtrt_id, "psn_no": "token-1", "insutype": "390", "psn_type": "1501", "cvlserv_flag": "0"}
    row |= {"insu_admdvs": "620725", "pay_loc": "2", "fixmedins_code": "H62072500001", "fixmedins_name": "医院1"}
    row |= {"begntime": "2024-01-10 08:00:00", "med_type": "21", "inhosp_stas": "0", "ipt_days": days}
    return row | {"vali_flag": "1", "updt_time": UPDATED}


def put_county(lake: ClaimsLake) -> None:
    """Put the county into a lake: claims, what stands behind them, and the bureau's registers."""
    lake.add(
        "county_claims",
        {
            "setl_d": SETTLEMENTS,
            "outmed_setl_d": [_sound("far_away", fixmedins_code="H11010100001", fix_blng_admdvs="110101", hosp_lv="02")],
            "mdtrt_d": [_encounter("visit-sound", 5), _encounter("visit-of-seven-days", 7), _encounter("long-stay", 9)],
            "fee_list_d": [
                _line(1, "sound", 700, chrgitm_lv="01", hi_nego_drug_flag="1"),
                _line(2, "sound", 300, chrgitm_lv="03", hi_nego_drug_flag="0"),
                _line(
                    3,
                    "lines_short",
                    999,
                    insu_admdvs="360102",
                    chrgitm_lv="2",
                    hi_nego_drug_flag="2",
                    list_type="999",
                    med_chrgitm_type="77",
                ),
                # not settled yet, in months without a claim; and one whose claim never came
                _line(4, None, 50, chrgitm_lv="77", fee_ocur_time="2024-03-05 08:00:00"),
                _line(5, None, 7, chrgitm_lv="77", fee_ocur_time="2024-04-05 08:00:00"),
                _line(6, "never_delivered", 3, chrgitm_lv="77", fee_ocur_time="2024-04-06 08:00:00"),
            ],
        },
    )
    lake.add(
        "county_registers",
        {
            "fixmedins_b": [
                _institution(1, hosp_lv="08"),
                _institution(1, hosp_lv="05", begntime="2023-07-01"),
                # holds on no day, and ends no other
                _institution(1, begntime="2023-10-01", endtime="2023-09-30"),
                _institution(2, endtime="2023-12-31"),
                _institution(3),
                _institution(4, fix_onln_open_flag="0"),
                _institution(5, fix_onln_open_flag="2", updt_time="2023-06-30 17:00:00"),
            ],
            "fixmedins_cntr_reg_d": [
                _agreement(1, "2023-01-01", "2023-12-31"),
                _agreement(1, "2024-01-01", None),
                _agreement(2, "2020-01-01", None),
                _agreement(3, "2023-01-01", "2023-12-31"),
                _agreement(4, "2020-01-01", None),
                _agreement(5, "2020-01-01", None),
            ],
            "psn_insu_d": [
                _enrolment("relation-1", "token-1", "2020-01-01", None),
                _enrolment("relation-2", "token-2", "2020-01-01", "2023-07-01"),
                _enrolment("relation-3", "token-3", "2020-01-01", None, insutype="310", psn_type="1101", **POOLED),
            ],
            "rsdt_psn_clct_detl_d": [
                {"rsdt_clct_detl_id": "C1", "psn_no": "token-1", "insutype": "390", "psn_type": "1501", "psn_clct_amt": 380,
                 "finsubs_amt": 640, "clct_sumamt": 1020, "clct_flag": "1", "revs_flag": "Z", "updt_time": UPDATED},
                {"rsdt_clct_detl_id": "C2", "psn_no": "token-2", "insutype": "390", "psn_clct_amt": 380, "clct_sumamt": 380,
                 "clct_flag": "0", "updt_time": UPDATED},
                {"rsdt_clct_detl_id": "C3", "psn_no": "token-2", "insutype": "390", "clct_sumamt": 777, "clct_flag": "1",
                 "cashym": "2024-1", "clct_time": "2024-03-05 10:00:00", "updt_time": UPDATED},
                # of a city, by one who is enrolled nowhere, with a flag of another province
                {"rsdt_clct_detl_id": "C4", "psn_no": "token-nowhere", "insutype": "390", "poolarea_no": "620700",
                 "psn_clct_amt": 90, "clct_flag": "4", "cashym": "202402", "updt_time": UPDATED},
            ],
            "staf_psn_clct_detl_d": [
                {"psn_clct_detl_id": "C1", "psn_no": "token-3", "insutype": "310", "psn_clct_amt": 100, "emp_clct_amt": 400,
                 "clct_sumamt": 500, "clct_flag": "1", "cashym": "202401", "clct_time": "2024-01-20 00:00:00",
                 "updt_time": UPDATED},
            ],
        },
    )  # fmt: skip
    # the same relation a month later: paused before, resumed now; and one whose begin was mistyped
    lake.add(
        "county_registers_later",
        {
            "psn_insu_d": [
                _enrolment("relation-2", "token-2", "2024-01-01", None, updt_time="2024-02-28 08:00:00"),
                _enrolment(
                    "relation-3", "token-3", "2021-01-01", None, insutype="310", updt_time="2024-02-28 08:00:00", **POOLED
                ),
            ]
        },
    )
    lake.add(
        "county_own",
        {
            "enrolment_subsidy": [
                {"subsidy_id": "Z1", "psn_no": "token-2", "insu_admdvs": "620725", "year": "2024", "sp_psn_type": "2",
                 "subsidy_kind": "full", "subsidy_amt": 380, "subsidised_on": "2024-01-05", "vali_flag": "1",
                 "updt_time": UPDATED},
            ],
            "chronic_registration": [
                {"registration_id": "K1", "psn_no": "token-1", "insutype": "390", "insu_admdvs": "620725", "dise_no": "M03900",
                 "begndate": "2024-01-01", "vali_flag": "1", "updt_time": UPDATED},
            ],
            "maternity_allowance": [
                {"payment_id": "P1", "psn_no": "token-3", "insutype": "310", "insu_admdvs": "620725", "paid_on": "2024-03-09",
                 "allowance_days": 158, "payment_amt": "31600.00", "vali_flag": "1", "updt_time": UPDATED},
                {"payment_id": "P2", "psn_no": "token-3", "insutype": "310", "insu_admdvs": "620725", "paid_on": "2024-03-09",
                 "payment_amt": "1.00", "vali_flag": "0", "updt_time": UPDATED},
            ],
        },
        source="bureau",
    )  # fmt: skip
