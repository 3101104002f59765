"""The funds' bundled deliveries, copied so that a test can change one thing in them, and what vouches for the change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import yaml

from flows.ingest.manifest import MANIFEST_NAME, sha256_of
from flows.settings import PROJECT_DIR

BUREAU = PROJECT_DIR / "data" / "landing" / "bureau"
Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file as the text that it holds."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def copy_of(name: str, landing: Path) -> Path:
    """Copy a bundled delivery into a landing folder."""
    return Path(shutil.copytree(BUREAU / name, landing / name))


def change(delivery: Path, table: str, edit: Callable[[list[Row]], list[Row]], totals: dict[str, str] | None = None) -> None:
    """Change the rows of one file and let the manifest vouch for them, a revision higher; `totals` are what it says instead."""
    path = delivery / f"{table}.csv"
    rows = edit(read_rows(path))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest = yaml.safe_load((delivery / MANIFEST_NAME).read_text(encoding="utf-8"))
    manifest["revision"] += 1
    (described,) = (file for file in manifest["files"] if file["name"] == path.name)
    sums = {name: f"{sum(Decimal(row[name]) for row in rows):f}" for name in described["control_totals"]}
    described |= {"rows": len(rows), "sha256": sha256_of(path), "control_totals": totals or sums}
    (delivery / MANIFEST_NAME).write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
