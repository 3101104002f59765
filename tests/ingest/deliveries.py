"""A small delivery cut out of a real one, of which a test changes one thing, and what a load makes of it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows.ingest.lake import LoadedBatch, loaded_batches
from flows.ingest.tasks import LoadReport, load_delivery
from flows.settings import PROJECT_DIR

PUBLISHED = PROJECT_DIR / "data" / "landing" / "published"
JINCHENG = PUBLISHED / "jincheng_2026_total_budget"

_READER = duckdb.connect()

Row = dict[str, str]
# The small delivery: figures 0-5 stand in sentences, 6-11 in table T01.
SENTENCES, IN_TABLE = range(6), range(6, 12)


def read_csv(path: Path) -> list[Row]:
    """Read a CSV file as the text that it holds."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_csv(columns: list[str], records: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write records as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    writer.writerows([columns, *records])
    return text.getvalue()


def line_of(index: int) -> int:
    """Return the line of a file on which its row `index` stands, where no field holds a line break."""
    return index + 2


@dataclass
class SmallDelivery:
    """A delivery of twelve real figures, their document and their table. Change it, then `write` it."""

    folder: Path
    tables: dict[str, list[Row]]
    revision: int = 1
    encoding: str = "utf-8"
    header: dict[str, list[str]] = field(default_factory=dict)
    """Heading cells that replace the names of the columns, by table."""

    @property
    def figures(self) -> list[Row]:
        """The rows of figures.csv."""
        return self.tables["figures"]

    def path(self, table: str = "figures") -> Path:
        """Return the file of a table."""
        return self.folder / f"{table}.csv"

    def text(self, table: str = "figures") -> str:
        """Return the text that the file of a table is to hold."""
        rows = self.tables[table]
        columns = list(read_csv(JINCHENG / f"{table}.csv")[0])
        return as_csv(self.header.get(table, columns), [list(row.values()) for row in rows])

    def write(self) -> SmallDelivery:
        """Write the files and the manifest that fits them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for table in self.tables:
            self.path(table).write_bytes(self.text(table).encode(self.encoding))
        manifest = {
            "delivery": self.folder.name,
            "revision": self.revision,
            "source": "published",
            "region": "jincheng",
            "period": "2026",
            "sent_on": dt.date(2026, 4, 16),
            "files": [
                {
                    "name": f"{table}.csv",
                    "table": table,
                    "rows": len(rows),
                    "sha256": "",
                    "control_totals": {},
                }
                for table, rows in self.tables.items()
            ],
        }
        for file in manifest["files"]:
            file["sha256"] = self.sha256(file["table"])
        if (total := _total(self.figures)) is not None:
            manifest["files"][0]["control_totals"] = {"value": str(total)}
        self._save(manifest)
        return self

    def sha256(self, table: str) -> str:
        """Hash the file of a table as it stands."""
        return hashlib.sha256(self.path(table).read_bytes()).hexdigest()

    def replace(self, content: bytes, rows: int | None = None) -> SmallDelivery:
        """Put other bytes in the place of figures.csv; the manifest goes along, but for the control total."""
        self.path().write_bytes(content)

        def follow(manifest: dict[str, Any]) -> None:
            manifest["files"][0] |= {"sha256": self.sha256("figures"), "control_totals": {}}
            if rows is not None:
                manifest["files"][0]["rows"] = rows

        return self.edit_manifest(follow)

    def edit_manifest(self, edit: Callable[[dict[str, Any]], Any]) -> SmallDelivery:
        """Change what the manifest says; the files stay as they are."""
        manifest = yaml.safe_load((self.folder / "manifest.yml").read_text(encoding="utf-8"))
        edit(manifest)
        self._save(manifest)
        return self

    def _save(self, manifest: dict[str, Any]) -> None:
        text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False)
        (self.folder / "manifest.yml").write_text(text, encoding="utf-8")


def _total(rows: list[Row]) -> Decimal | None:
    """Sum the plain numbers of `value`; None where one is written in another way."""
    try:
        total = sum((Decimal(row["value"]) for row in rows if row["value"]), Decimal(0))
    except InvalidOperation:
        return None
    return total if total.is_finite() else None


def small_delivery(folder: Path) -> SmallDelivery:
    """Cut a dozen figures out of the Jincheng delivery: six of its sentences, six of its table T01."""
    figures = read_csv(JINCHENG / "figures.csv")
    sentences = [row for row in figures if not row["table_id"]][: len(SENTENCES)]
    in_table = [row for row in figures if row["table_id"] == "T01"][: len(IN_TABLE)]
    documents = read_csv(JINCHENG / "documents.csv")
    tables = [row for row in read_csv(JINCHENG / "tables.csv") if row["table_id"] == "T01"]
    return SmallDelivery(folder, {"figures": sentences + in_table, "documents": documents, "tables": tables})


@dataclass
class Load:
    """A load and what the lake holds after it."""

    report: LoadReport
    lake: Path

    @cached_property
    def batch(self) -> LoadedBatch:
        """The batch of the delivery that came into the lake last, at this load or before."""
        return [b for b in loaded_batches(self.lake) if b.delivery_id == self.report.delivery_id][-1]

    def rows(self, table: str = "figures", source: str = "published") -> list[dict[str, Any]]:
        """Return the rows of the batch in a table of the lake."""
        return batch_rows(self.lake, self.batch.batch_id, table, source)

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        """The faults of the batch."""
        return self.rows("quarantine", "ingest")

    @property
    def lines(self) -> list[int]:
        """The lines of figures.csv whose rows are in the lake."""
        return [row["source_line"] for row in self.rows()]


def batch_rows(lake: Path, batch_id: str, table: str, source: str = "published") -> list[dict[str, Any]]:
    """Return what the Parquet files of a batch hold; where a line is not written, the row's place tells it."""
    path = lake / source / table / f"batch_id={batch_id}" / "*.parquet"
    query = f"from read_parquet('{path}', hive_partitioning=false, union_by_name=true, file_row_number=true)"
    found = _READER.sql(query)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        place = row.pop("file_row_number")
        if "source_file" in row and row["source_line"] is None:
            row["source_line"] = place + 2
    return rows


def load(delivery: SmallDelivery | Path, lake: Path) -> Load:
    """Load a delivery as the task does, without Prefect around it; whatever became of it, nothing is lost.

    A refused delivery leaves the lake untouched; of a loaded one, each record is in the lake or aside.
    """
    folder = delivery if isinstance(delivery, Path) else delivery.folder
    before = snapshot(lake)
    loaded = Load(load_delivery.fn(folder, lake), lake)
    if loaded.report.outcome == "loaded":
        assert_nothing_lost(folder, loaded)
    else:
        assert snapshot(lake) == before
    return loaded


def assert_nothing_lost(folder: Path, loaded: Load) -> None:
    """Assert by the Parquet files, file by file: rows in = rows in the lake + rows in quarantine."""
    manifest = yaml.safe_load((folder / "manifest.yml").read_text(encoding="utf-8"))
    quarantine = loaded.quarantine
    files = {row["file"]: row for row in loaded.rows("files", "ingest")}
    for file in manifest["files"]:
        rows = loaded.rows(file["table"], manifest["source"])
        kept = [row["source_line"] for row in rows if row["source_file"] == file["name"]]
        aside = {row["source_line"] for row in quarantine if row["file"] == file["name"]}
        assert len(kept) == len(set(kept))
        assert not aside & set(kept)
        assert len(kept) + len(aside) == file["rows"]
        said = files[file["name"]]
        assert (said["row_count"], said["loaded_count"], said["quarantined_count"]) == (
            file["rows"],
            len(kept),
            len(aside),
        )
    assert loaded.batch.row_count == sum(file["rows"] for file in manifest["files"])
    assert loaded.batch.quarantined_count == sum(row["quarantined_count"] for row in files.values())


def snapshot(lake: Path) -> dict[str, tuple[int, int, str]]:
    """Return the files of a lake with inode, time of change and hash: equal when nothing was written."""
    return {
        str(path.relative_to(lake)): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(lake.rglob("*"))
        if path.is_file()
    }


def refusal(delivery: SmallDelivery | Path, lake: Path) -> str:
    """Load a delivery that must be refused and return the message."""
    loaded = load(delivery, lake)
    assert loaded.report.outcome == "refused"
    return loaded.report.error


def only_fault(loaded: Load) -> dict[str, Any]:
    """Return the one fault of a load; every other row came in."""
    assert loaded.report.outcome == "loaded"
    (fault,) = loaded.quarantine
    (said,) = loaded.report.quarantined
    assert str(said).startswith(f"{fault['file']}, line {fault['source_line']}")
    return fault
