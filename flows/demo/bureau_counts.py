"""What documents say of supervision, procurement and services without giving the counts behind it: made up, and fitted to it.

Yiyang prints funds recovered with their growth and completion rates of two procurement batches; a city in Hunan prints growths.
Last year's values, months and products are synthetic; what was printed follows from them exactly. Same bytes every time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from flows.demo.bureau_files import largest_remainder, vouch_for_synthetic, write_rows, yuan

Row = Sequence[object]

YIYANG_SENT = dt.date(2026, 4, 22)
HUNAN_SENT = dt.date(2025, 7, 31)
# how the year's work falls on its months, in parts
MONTHS = (5, 4, 8, 9, 10, 9, 8, 9, 11, 10, 9, 8)
# yearly totals that Yiyang prints: institutions, batches, fen
INSTITUTIONS = {
    "handled": 407,
    "agreement_suspended": 24,
    "agreement_terminated": 79,
    "referred_discipline": 56,
    "referred_health": 58,
    "referred_other_admin": 5,
    "case_filed": 69,
    "admin_penalty": 69,
}
EXPOSED = 116
AMOUNTS = {"recovered": 6808_94_00_00, "fined": 2205_56_00_00}
RECOVERED_GROWTH = Decimal("251.07")
# batch → number of products, quantity agreed, completion rate printed in hundredths of a percent
BATCHES = {"batch_9": (41, 8_400_000, 211_69), "batch_10": (62, 5_300_000, 162_92)}
# address (fund, category, care area, level), measure, this half-year, printed change and whether that is in percent
HUNAN = [
    (("basic", "inpatient", "within_city", ""), "hospitalisation_rate", "8.3107", "-8.81", True),
    (("basic", "inpatient", "outside_city", ""), "hospitalisation_rate", "1.3200", "-3.79", True),
    (("resident", "inpatient", "outside_city", ""), "hospitalisation_rate", "1.1900", "-4.8", True),
    (("basic", "inpatient", "within_city", ""), "expenditure", "1812000000.00", "-5.53", True),
    (("basic", "", "outside_city", ""), "expenditure", "946000000.00", "-1.13", True),
    (("resident", "", "outside_city", ""), "expenditure", "731000000.00", "-1.53", True),
    (("employee", "inpatient", "within_city", ""), "actual_ratio", "68.4", "0.5", False),
    (("basic", "", "", "primary"), "out_of_catalogue_share", "1.17", "-0.03", False),
    (("basic", "", "", "secondary_and_tertiary"), "out_of_catalogue_share", "5.1", "-1", False),
]
CASES = ("region", "period", "month", "kind", "institutions", "cases", "persons", "amount", "updt_time")
PRODUCTS = ("region", "period", "item", "product", "batches", "products", "agreed_quantity", "purchased_quantity", "updt_time")
COUNTS = (
    "region",
    "period",
    "version",
    "fund",
    "benefit_category",
    "care_area",
    "institution_level",
    "measure",
    "value",
    "updt_time",
)


def value_before(value: Decimal, growth: Decimal) -> Decimal:
    """Return the value of the year before from which `value` grew by `growth` percent, with the decimals of `value`."""
    return (value / (1 + growth / 100)).quantize(value, ROUND_HALF_UP)


def write_bureau_counts(out: Path) -> list[Path]:
    """Write the synthetic deliveries of Yiyang and of the city in Hunan under `out`. Return their folders."""
    yiyang = out / "yiyang_2025_services_spread"
    write_rows(yiyang, "cases", CASES, _yiyang_cases())
    write_rows(yiyang, "procurement", PRODUCTS, _yiyang_products())
    note = "months, products and the year before are made up to fit what is printed"
    vouch_for_synthetic(yiyang, source="supervision", region="yiyang", period="2025", sent_on=YIYANG_SENT, note=note)
    hunan = out / "hunan_city_2025h1_services_compared"
    write_rows(hunan, "service_counts", COUNTS, _hunan_counts())
    note = "values of which only the change is printed are made up to fit it"
    vouch_for_synthetic(hunan, source="supervision", region="hunan_city", period="2025H1", sent_on=HUNAN_SENT, note=note)
    return [yiyang, hunan]


def _yiyang_cases() -> Iterable[Row]:
    stamp = f"{YIYANG_SENT} 10:00:00"
    columns = {kind: largest_remainder(total, MONTHS) for kind, total in INSTITUTIONS.items()}
    amounts = {kind: largest_remainder(total, MONTHS) for kind, total in AMOUNTS.items()}
    exposed = largest_remainder(EXPOSED, MONTHS)
    for month in range(12):
        for kind, parts in columns.items():
            yield ("yiyang", "2025", f"{month + 1:02d}", kind, parts[month], "", "", "", stamp)
        yield ("yiyang", "2025", f"{month + 1:02d}", "exposed", "", exposed[month], "", "", stamp)
        for kind, parts in amounts.items():
            yield ("yiyang", "2025", f"{month + 1:02d}", kind, "", "", "", yuan(parts[month]), stamp)
    before = value_before(Decimal(AMOUNTS["recovered"]), RECOVERED_GROWTH)
    yield ("yiyang", "2024", "all", "recovered", "", "", "", yuan(int(before)), stamp)


def _yiyang_products() -> Iterable[Row]:
    stamp = f"{YIYANG_SENT} 10:00:00"
    for batch, (count, agreed, rate) in BATCHES.items():
        shares = [(7 * n) % 23 + 3 for n in range(count)]
        bought = [(11 * n) % 29 + 5 for n in range(count)]
        agreed_of = largest_remainder(agreed, shares)
        purchased_of = largest_remainder(agreed * rate // 10_000, [a * b for a, b in zip(shares, bought, strict=True)])
        for n, (planned, done) in enumerate(zip(agreed_of, purchased_of, strict=True), start=1):
            yield ("yiyang", "2025", batch, f"品种{n:02d}", "", 1, planned, done, stamp)


def _hunan_counts() -> Iterable[Row]:
    stamp = f"{HUNAN_SENT} 10:00:00"
    for address, measure, now, change, is_growth in HUNAN:
        value, by = Decimal(now), Decimal(change)
        earlier = value_before(value, by) if is_growth else value - by
        # ratios of this half-year are printed, and delivered with what is printed
        if is_growth:
            yield ("hunan_city", "2025H1", "actual", *address, measure, now, stamp)
        yield ("hunan_city", "2024H1", "actual", *address, measure, earlier, stamp)
