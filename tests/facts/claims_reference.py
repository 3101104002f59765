"""What fct_claims must hold, said again in plain Python: for comparison, one record after another, with no regard to speed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
TABLES = ("setl_d", "outmed_setl_d")


@dataclass(frozen=True)
class Batch:
    """A batch as it was put into the lake; `loaded` counts up."""

    batch_id: str
    delivery: str
    revision: int
    loaded: int
    tables: dict[str, list[Row]] = field(hash=False)

    def records(self) -> list[tuple[tuple, Row]]:
        """Return each record with what it is ranked by among its versions."""
        return [
            ((row["updt_time"], self.loaded, self.batch_id, f"{table}.csv", line, number), row | {"batch_id": self.batch_id})
            for number, table in enumerate(TABLES, 1)
            for line, row in enumerate(self.tables.get(table, []), 2)
        ]


def current(batches: list[Batch]) -> list[Batch]:
    """Return the batches that count: of each delivery the highest revision."""
    best: dict[str, Batch] = {}
    for batch in batches:
        if batch.delivery not in best or batch.revision > best[batch.delivery].revision:
            best[batch.delivery] = batch
    return list(best.values())


def month_of(row: Row) -> str:
    """Return the month of settlement of a record."""
    return row["setl_time"][:7]


def is_reversal(row: Row) -> bool:
    """Return whether a record reverses another."""
    return row.get("init_setl_id") is not None and row["refd_setl_flag"] == "1"


def expected_claims(batches: list[Batch]) -> list[tuple]:
    """Return the claims: id, month, cost, visits, is reversal, month of the original, is reversed, counts net, batch."""
    versions: dict[str, list[tuple[tuple, Row]]] = {}
    for batch in current(batches):
        for rank, row in batch.records():
            versions.setdefault(row["setl_id"], []).append((rank, row))
    latest = {name: max(found, key=lambda pair: pair[0])[1] for name, found in versions.items()}
    counted = {name: row for name, row in latest.items() if row["vali_flag"] == "1"}
    reversed_ids = {row["init_setl_id"] for row in counted.values() if is_reversal(row)}
    claims = []
    for name, row in sorted(counted.items()):
        original = counted.get(row["init_setl_id"]) if is_reversal(row) else None
        claims.append(
            (
                name,
                month_of(row),
                f"{row['medfee_sumamt']:.2f}",
                -1 if is_reversal(row) else 1,
                is_reversal(row),
                month_of(original) if original else None,
                name in reversed_ids,
                not is_reversal(row) and name not in reversed_ids,
                row["batch_id"],
            )
        )
    return claims


def touched_months(before: list[Batch], after: list[Batch]) -> set[str]:
    """Return the months that a run may rebuild when the lake has gone from one set of batches to another."""
    was, is_now = current(before), current(after)
    changed = [batch for batch in was if batch not in is_now] + [batch for batch in is_now if batch not in was]
    known = [row for batch in {b.batch_id: b for b in was + is_now}.values() for _, row in batch.records()]
    ids = {row["setl_id"] for batch in changed for _, row in batch.records()}
    pointed_to = {row["init_setl_id"] for row in known if row["setl_id"] in ids and row.get("init_setl_id")}
    return {
        month_of(row)
        for row in known
        if row["setl_id"] in ids | pointed_to or (row.get("init_setl_id") and row["init_setl_id"] in ids)
    }
