"""Control totals: the sum of a column as the sender says it, against the sum of what was read."""

from __future__ import annotations

from decimal import Context, Decimal
from pathlib import Path

from flows.contract import Table
from flows.errors import DeliveryRefusedError
from flows.ingest.manifest import ManifestFile

# A sum of decimal(28, 8) is decimal(38, 8); Python's usual 28 digits would round it.
_EXACT = Context(prec=60)
# A few values that cannot be read are no thousand times all others.
_TOO_MUCH_FOR_SOME_VALUES = 1000


def exact(total: Decimal | int | None) -> Decimal:
    """Return a sum without trailing zeros and without an exponent."""
    return _EXACT.add(Decimal(total or 0).normalize(_EXACT), 0)  # 0 turns 1E+5 into 100000


def compare(path: Path, file: ManifestFile, table: Table, totals: dict[str, Decimal | None], unread: dict[str, int]) -> str:
    """Compare each control total of the manifest with the sum over the file, quarantined rows included.

    Where a number of the column does not parse, its total cannot be compared, but for its unit; the report says so.

    Args:
        path: the file.
        file: what the manifest says of it.
        table: its contract, for the units.
        totals: column → sum; None for a column that the file lacks.
        unread: column → values that cannot be read.

    Raises:
        DeliveryRefusedError: a total differs, or is in another unit than values some of which cannot be read, or its column is
            not in the file.

    """
    said = []
    for name, expected in file.control_totals.items():
        if totals[name] is None:
            raise DeliveryRefusedError(
                f"{path}, column {name}: the manifest has a control total of it, {expected}, and the file has no such column. "
                "Ask the sender for the delivery again."
            )
        total = exact(totals[name])
        if unread[name]:
            if _is_of_another_unit(total, expected):
                raise DeliveryRefusedError(
                    f"{path}, column {name}: the values that can be read sum to {total}, the manifest's control total is "
                    f"{expected}; {unread[name]} values cannot be read, and do not explain it. One of the two is in 万元, "
                    "the other in yuan: ask the sender which is right."
                )
            said.append(f"{name}: not compared, {unread[name]} values cannot be read")
            continue
        if total != expected:
            raise DeliveryRefusedError(
                f"{path}, column {name}: the values sum to {total}, the manifest's control total is {expected}. "
                f"{_guess(total, expected, table.column(name).unit)}A value was lost or changed on its way, or stands in "
                "another unit: ask the sender which is right."
            )
        said.append(f"{name}: {total}")
    return "; ".join(said)


def _is_of_another_unit(total: Decimal, expected: Decimal) -> bool:
    """Say whether a sum in which some values are missing is rather a ten-thousandth of what is expected, or that of it."""
    if not total or not expected:
        return False
    ratio = abs(expected / total)
    return ratio > _TOO_MUCH_FOR_SOME_VALUES or 1 / ratio > _TOO_MUCH_FOR_SOME_VALUES


def _guess(total: Decimal, expected: Decimal, unit: str | None) -> str:
    """Say which of the two seems to be in another unit, where one is exactly ten thousand times the other."""
    if total and total * 10_000 == expected:
        smaller, larger = "The file", "The control total"
    elif expected and expected * 10_000 == total:
        smaller, larger = "The control total", "The file"
    else:
        return ""
    if unit == "ten_thousand_yuan":
        return f"{larger} seems to be in 元, expected 万元. "
    return f"{smaller} seems to be in 万元, expected yuan. "
