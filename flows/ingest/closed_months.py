"""Months that are closed: their figures are published and settled, and no delivery may change them without saying why.

They stand in a CSV file (setting `closed_months`), one row a region and month: region, month (2025M06), closed_on, note. A
delivery is for a month when its manifest's period is the month, or the quarter, half-year, year or year to date that the month
lies in; the dates of its rows do not count.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from flows.errors import DeliveryRefusedError, UsageError
from flows.ingest.manifest import MANIFEST_NAME, Delivery

_COLUMNS = ["region", "month", "closed_on", "note"]


def months_of(period: str) -> set[str]:
    """Return the months of a period code: 2025M06, 2025Q2, 2025H1, 2025YTD06, 2025; none of a code that names no such span."""
    found = re.fullmatch(r"([0-9]{4})(?:M([0-9]{2})|Q([1-4])|H([12])|YTD([0-9]{2})(?:[0-9]{2})?)?", period)
    if not found:
        return set()
    year, month, quarter, half, to_month = found.groups()
    if month:
        return {period}
    length = 3 if quarter else 6 if half else int(to_month or 12)
    first = (int(quarter or half or 1) - 1) * length + 1
    return {f"{year}M{number:02}" for number in range(first, first + length)}


def read_closed_months(path: Path) -> dict[tuple[str, str], str]:
    """Return the closed months: (region, month) → the day on which it was closed.

    Raises:
        UsageError: there is no such file, or it is not what it must be.

    """
    if not path.is_file():
        raise UsageError(
            f"{path} is no file: MEDFUND_CLOSED_MONTHS names the list of closed months. Where none is closed, it has the line "
            f"{','.join(_COLUMNS)} alone."
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != _COLUMNS:
            raise UsageError(f"{path}, line 1: columns are {reader.fieldnames}, expected {', '.join(_COLUMNS)}")
        closed = {}
        for row in reader:
            if not row["region"] or not re.fullmatch(r"[0-9]{4}M(0[1-9]|1[0-2])", row["month"] or ""):
                raise UsageError(
                    f"{path}, line {reader.line_num}: region {row['region']!r}, month {row['month']!r}; expected a region and "
                    "a month such as 2025M06"
                )
            closed[row["region"], row["month"]] = row["closed_on"]
    return closed


def check_open(delivery: Delivery, path: Path) -> None:
    """Refuse a delivery for a closed month, unless its manifest says that it reopens it, and why.

    Raises:
        DeliveryRefusedError: the month is closed.
        UsageError: the file of closed months cannot be read.

    """
    manifest = delivery.manifest
    closed = read_closed_months(path)
    hit = sorted(month for month in months_of(manifest.period) if (manifest.region, month) in closed)
    if not hit:
        return
    if manifest.reopens_closed_month and manifest.reopening_reason.strip():
        return
    shown = ", ".join(f"{month} (closed on {closed[manifest.region, month]})" for month in hit)
    raise DeliveryRefusedError(
        f"{delivery.folder / MANIFEST_NAME}: period {manifest.period} of {manifest.region} holds {shown}, by {path}. A "
        "delivery that is to change a closed month says `reopens_closed_month: true` and a `reopening_reason` in its manifest."
    )
