"""SYNTHETIC payments of Jincheng's hospitals and the execution of its budget, fitted to the published plan.

The plan (晋市医保发〔2026〕8号) prints what was allocated, not the payments that it was computed from, and no month of what was
spent. What is made here stands in for both, so that the allocation, the clearing and the warnings have something to work on:

- hospitals and their payments of 2024 and 2025, so chosen that the plan's formula gives the published totals exactly;
- a total budget of 2025, of which nothing was published;
- what was executed in the twelve months of 2025 and in nine of 2026. The months of 2025 sum to the payments of that year.

All money is in whole fen; the same code gives the same bytes. `python -m flows.demo.hospital_payments data/landing/bureau`
writes the deliveries.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.demo.bureau_files import largest_remainder, read_rows, vouch_for_synthetic, write_rows, yuan
from flows.settings import PROJECT_DIR

NOTE = "made by flows/demo/hospital_payments.py, fitted to the published total budget of Jincheng. Nobody's data."
PLAN = PROJECT_DIR / "data" / "landing" / "published" / "jincheng_2026_total_budget" / "figures.csv"
SEEDS = PROJECT_DIR / "seeds"
FUNDS = {"employee": "310", "resident": "390"}
FEN_IN_WAN = 1_000_000
# the areas in the order of the plan: hospitals paid by DRG and others in each, and weights of residents and of employees
AREAS = {
    "jincheng_direct": (6, 4, 6, 30),
    "jincheng_chengqu": (3, 5, 15, 17),
    "zezhou": (4, 6, 21, 15),
    "gaoping": (5, 6, 22, 14),
    "yangcheng": (4, 5, 17, 12),
    "lingchuan": (3, 5, 10, 6),
    "qinshui": (4, 4, 9, 6),
}
# hospitals outside DRG whose agreement was terminated: area, number in it, year
TERMINATED = {
    ("jincheng_chengqu", 5): "2025",
    ("zezhou", 6): "2025",
    ("gaoping", 6): "2025",
    ("yangcheng", 5): "2024",
}
# what a month is worth against others, January to December: few stays around the Spring Festival
MONTHS = (93, 78, 108, 104, 102, 99, 101, 100, 98, 101, 106, 110)
MONTHS_OF_2026 = 9
# yuan of the fund per visit, and what of the total cost the fund pays in percent
PER_VISIT = {
    "remote": (5200, 55),
    "chronic": (260, 72),
    "special_drug": (3400, 68),
    "two_diseases": (45, 52),
    "serious_illness": (4100, 60),
    "general_outpatient": (70, 55),
    "family_doctor": (20, 100),
    "maternity_medical": (3800, 80),
    "maternity_allowance": (12000, 100),
    "outpatient": (95, 58),
}
# how much more than usual a thing costs in 2026, in per mille: what the warnings are to find
UNUSUAL = {
    ("resident", "chronic", "gaoping"): 1320,
    ("employee", "outpatient", "jincheng_chengqu"): 1180,
    ("resident", "remote", "qinshui"): 1240,
    ("employee", "maternity_allowance", "lingchuan"): 680,
}
# a hospital where each visit costs that many percent of what it did
DEARER = {("lingchuan", True, 1): 124}
UNUSUAL_HOSPITALS = {("zezhou", True, 1): 1300, ("gaoping", False, 2): 1420, ("yangcheng", True, 2): 690}


@dataclass(frozen=True)
class Hospital:
    """A made-up hospital."""

    code: str
    name: str
    area: str
    division: str
    is_drg: bool
    number: int
    terminated: str


def drawn(low: int, high: int, *names: object) -> int:
    """Draw a whole number between two others, always the same for the same names."""
    digest = hashlib.sha256("|".join(map(str, names)).encode()).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def hospitals() -> list[Hospital]:
    """Return the made-up hospitals: 29 that are paid by DRG, and others in each area."""
    regions = {row["region"]: row for row in read_rows(SEEDS / "dimensions" / "dim_regions.csv")}
    found = []
    for area, (drg, others, *_) in AREAS.items():
        division, label = regions[area]["admdvs"], regions[area]["label_zh"].split("（")[0]
        for is_drg, count in ((True, drg), (False, others)):
            for number in range(1, count + 1):
                kind = "DRG" if is_drg else "非DRG"
                found.append(
                    Hospital(
                        code=f"H{division}{0 if is_drg else 1}{number:04d}",
                        name=f"{label}示例{kind}医院{number}（合成）",
                        area=area,
                        division=division,
                        is_drg=is_drg,
                        number=number,
                        terminated="" if is_drg else TERMINATED.get((area, number), ""),
                    )
                )
    return found


def _parameters(fund: str) -> dict[tuple[str, str], int | str]:
    """Return the plan's own rows of a fund, by parameter and item or area."""
    rows = read_rows(SEEDS / "scenarios" / "scenario_parameters.csv")
    return {
        (row["parameter"], row["item"] or row["region"]): row["value"]
        for row in rows
        if row["scenario"] == "plan" and row["fund"] == fund
    }


def _targets(fund: str) -> dict[str, int]:
    """Return what the plan prints for the fund in its table T03, in 万元: `drg` and each area."""
    return {
        ("drg" if row["item"] == "drg" else row["region"]): int(row["value"])
        for row in read_rows(PLAN)
        if row["table_id"] == "T03" and row["fund"] == fund and (row["item"] == "drg" or row["region"] in AREAS)
    }


def weights_of(fund: str) -> dict[str, int]:
    """Return five times the weighted payments, in fen, of the hospitals paid by DRG and of each area's others.

    The formula gives shares s of the pool P, moves T from DRG to the areas by their shares, and adds the incentives. With
    target t of an area before incentives, n their sum and d that of DRG, weights t·(n − T) and (d + T)·n give it: the quotas of
    an area in both steps sum to t, so what one step rounds up the other rounds down.
    """
    rows, targets = _parameters(fund), _targets(fund)
    expected = {"year_before": ("0.6", "50"), "two_years_before": ("0.4", "100")}
    for year, (weight, cut) in expected.items():
        if (rows["payment_weight", year], rows["terminated_institution_cut", year]) != (weight, cut):
            raise ValueError(f"the fit knows the plan's {weight} and {cut} % for {year} only")
    before = {area: targets[area] - int(rows["incentive", area]) // 10_000 for area in AREAS}
    moved = int(rows.get(("transfer_to_non_drg", ""), 0)) // 10_000
    others = sum(before.values())
    whole = {area: target * (others - moved) for area, target in before.items()}
    whole["drg"] = (targets["drg"] + moved) * others
    # of a size that such a city pays: some 620 million yuan a year
    factor = 5 * 620_000_000_00 // sum(whole.values())
    return {receiver: weight * factor for receiver, weight in whole.items()}


def payments() -> dict[tuple[str, str], tuple[int, int]]:
    """Return the payments of 2025 and 2024 in fen, by hospital and fund.

    5 × weighted = 3 × payments of 2025 + 2 × payments of 2024, halved where the agreement was terminated in 2025.
    """
    made = {}
    everyone = hospitals()
    for fund in FUNDS:
        weights = weights_of(fund)
        for receiver in ("drg", *AREAS):
            own = [h for h in everyone if (h.is_drg and receiver == "drg") or (not h.is_drg and h.area == receiver)]
            counted = [h for h in own if h.terminated != "2024"]
            shares = largest_remainder(weights[receiver], [_size(h, fund) for h in counted])
            for hospital, share in zip(counted, shares, strict=True):
                made[hospital.code, fund] = _two_years(share * (2 if hospital.terminated == "2025" else 1), hospital, fund)
            for hospital in own:
                if hospital.terminated == "2024":
                    made[hospital.code, fund] = (0, drawn(40_000_000, 90_000_000, hospital.code, fund))
    return made


def _size(hospital: Hospital, fund: str) -> int:
    small = 3 if hospital.terminated else 10
    return small * drawn(60, 240, hospital.code, fund, "size")


def _two_years(fivefold: int, hospital: Hospital, fund: str) -> tuple[int, int]:
    """Split 3 × a + 2 × b = fivefold into whole a and b, b being 92 to 102 % of a fifth of it."""
    earlier = fivefold // 5 * drawn(920, 1020, hospital.code, fund, "growth") // 1000
    earlier += (2 * fivefold - earlier) % 3  # 2b ≡ fivefold, so b ≡ 2 × fivefold (mod 3)
    return (fivefold - 2 * earlier) // 3, earlier


def _months(total: int, *names: object, until: int = 12) -> list[int]:
    """Spread a year's total over its months."""
    return largest_remainder(total, [MONTHS[month] * drawn(96, 104, *names, month) for month in range(until)])


def _visits_and_cost(amount: int, yuan_per_visit: int, percent: int) -> tuple[int, int]:
    return max(amount // (yuan_per_visit * 100), 1 if amount else 0), amount * 100 // percent


def budget_of_2025() -> dict[tuple[str, str], int]:
    """Return the made-up plan of 2025 in fen, by fund and item: local inpatient care a little below what was paid."""
    paid = payments()
    budget: dict[tuple[str, str], int] = {}
    for fund in FUNDS:
        rows = _parameters(fund)
        for parameter, item in rows:
            if parameter == "pool":
                wan = int(rows[parameter, item]) // 10_000
                budget[fund, item] = wan * drawn(930, 965, fund, item, "2025") // 1000 * FEN_IN_WAN
        spent = sum(years[0] for (_, of), years in paid.items() if of == fund)
        budget[fund, "local_inpatient"] = spent * 985 // 1000 // FEN_IN_WAN * FEN_IN_WAN
    budget["employee", "income"] = 243_000 * FEN_IN_WAN
    budget["resident", "income"] = 159_500 * FEN_IN_WAN
    return budget


def execution() -> Iterator[tuple[str, str, dt.date, str, str, int, int, int]]:
    """Yield area, fund, month, item, hospital, visits, total cost and payment in fen: 2025, and the months of 2026."""
    paid = payments()
    for hospital in hospitals():
        for fund in FUNDS:
            total = paid[hospital.code, fund][0]
            of_2025 = _months(total, hospital.code, fund, until=6 if hospital.terminated == "2025" else 12)
            per_visit = (
                drawn(2800, 9500, hospital.code, "visit") if hospital.is_drg else drawn(1500, 3200, hospital.code, "visit")
            )
            percent = drawn(58, 78, hospital.code, fund, "percent")
            usual = UNUSUAL_HOSPITALS.get(
                (hospital.area, hospital.is_drg, hospital.number), drawn(985, 1065, hospital.code, fund)
            )
            of_2026 = [] if hospital.terminated else [a * usual // 1000 for a in of_2025[:MONTHS_OF_2026]]
            for year, amounts in ((2025, of_2025), (2026, of_2026)):
                for month, amount in enumerate(amounts, 1):
                    if amount:
                        dearer = DEARER.get((hospital.area, hospital.is_drg, hospital.number), 100) if year == 2026 else 100
                        each = per_visit * drawn(97, 103, hospital.code, year, month) * dearer // 10_000
                        visits, cost = _visits_and_cost(amount, each, percent)
                        yield (
                            hospital.area,
                            fund,
                            dt.date(year, month, 1),
                            "local_inpatient",
                            hospital.code,
                            visits,
                            cost,
                            amount,
                        )
    last = budget_of_2025()
    for fund in FUNDS:
        for (of, item), budget in last.items():
            if of == fund and item in PER_VISIT:
                yield from _execution_of_item(fund, item, budget, int(_parameters(fund)["pool", item]) * 100)


def _execution_of_item(fund: str, item: str, of_2025: int, of_2026: int) -> Iterator[tuple]:
    people = [weights[2 if fund == "resident" else 3] for weights in AREAS.values()]
    spent = of_2025 * drawn(955, 1025, fund, item, "spent") // 1000
    for year, total, until in ((2025, spent, 12), (2026, of_2026, MONTHS_OF_2026)):
        weights = [people[n] * drawn(97, 103, fund, item, area) for n, area in enumerate(AREAS)]
        for area, share in zip(AREAS, largest_remainder(total, weights), strict=True):
            usual = drawn(955, 1035, fund, item, area, "2026") if year == 2026 else 1000
            usual = UNUSUAL.get((fund, item, area), usual) if year == 2026 else usual
            for month, amount in enumerate(_months(share * usual // 1000, fund, item, area)[:until], 1):
                per_visit, percent = PER_VISIT[item]
                visits, cost = _visits_and_cost(
                    amount, per_visit * drawn(97, 103, fund, item, area, year, month) // 100, percent
                )
                yield area, fund, dt.date(year, month, 1), item, "", visits, cost, amount


def _vouch(folder: Path, period: str, sent_on: dt.date) -> None:
    vouch_for_synthetic(folder, source="bureau", region="jincheng", period=period, sent_on=sent_on, note=NOTE)


def write_deliveries(out: Path) -> list[Path]:
    """Write the synthetic deliveries under a folder and return theirs: payments, the budget of 2025, the execution."""
    divisions = {row["region"]: row["admdvs"] for row in read_rows(SEEDS / "dimensions" / "dim_regions.csv")}
    everyone, paid = hospitals(), payments()
    of_hospitals, of_2025, executed = (
        out / f"jincheng_2026_{name}" for name in ("hospital_payments", "budget_of_2025", "budget_execution")
    )
    at = "2026-01-20 00:00:00"
    write_rows(
        of_hospitals,
        "budget_institutions",
        ["fixmedins_code", "fixmedins_name", "settle_admdvs", "drg_flag", "terminated_year", "updt_time"],
        [(h.code, h.name, h.division, int(h.is_drg), h.terminated, at) for h in everyone],
    )
    write_rows(
        of_hospitals,
        "hospital_payments",
        ["fixmedins_code", "insutype", "year", "hifp_pay", "updt_time"],
        [
            (h.code, insutype, year, yuan(amount), at)
            for h in everyone
            for fund, insutype in FUNDS.items()
            for year, amount in zip(("2025", "2024"), paid[h.code, fund], strict=True)
        ],
    )
    _vouch(of_hospitals, "2025", dt.date(2026, 1, 20))
    write_rows(
        of_2025,
        "budget_items",
        ["insu_admdvs", "insutype", "year", "item", "amount", "updt_time"],
        [
            (divisions["jincheng"], FUNDS[fund], "2025", item, yuan(amount), "2025-04-10 00:00:00")
            for (fund, item), amount in budget_of_2025().items()
        ],
    )
    _vouch(of_2025, "2025", dt.date(2025, 4, 10))
    write_rows(
        executed,
        "budget_execution",
        ["settle_admdvs", "insutype", "month", "item", "fixmedins_code", "visits", "medfee_sumamt", "hifp_pay", "updt_time"],
        [
            (divisions[area], FUNDS[fund], month, item, code, visits, yuan(cost), yuan(amount), "2026-10-12 00:00:00")
            for area, fund, month, item, code, visits, cost, amount in execution()
        ],
    )
    _vouch(executed, "2026", dt.date(2026, 10, 12))
    return [of_hospitals, of_2025, executed]


if __name__ == "__main__":
    for folder in write_deliveries(Path(sys.argv[1])):
        print(folder)
