"""What synthetic deliveries of a bureau share: whole totals split exactly, files, and a manifest that says what they are."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from flows.ingest.write_manifest import write_manifest


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number in proportion to whole weights; what rounding down leaves goes to the largest remainders.

    Of equal remainders the first gets it, so that the same numbers are split alike on every machine.

    Raises:
        ValueError: the weights sum to nothing.

    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError(f"weights {weights} sum to {whole}; there is nothing to split by")
    parts = [divmod(total * weight, whole) for weight in weights]
    left = total - sum(part for part, _ in parts)
    first = set(sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))[:left])
    return [part + (place in first) for place, (part, _) in enumerate(parts)]


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    return f"{Decimal(fen) / 100:.2f}"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as the text that it holds."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(folder: Path, table: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """Write the file of a table into the folder of a delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def vouch_for_synthetic(folder: Path, *, source: str, region: str, period: str, sent_on: dt.date, note: str) -> None:
    """Write the manifest of a delivery, and in it that nothing there is real."""
    note = f"SYNTHETIC: {note}"
    write_manifest(folder, source=source, region=region, period=period, sent_on=sent_on, note=note, synthetic=True)
