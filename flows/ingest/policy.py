"""What to do with a delivery, decided from what it says and what the lake holds. Nothing is read or written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum

from flows.errors import DeliveryRefusedError
from flows.ingest.lake import LoadedBatch
from flows.ingest.manifest import Delivery


class Decision(Enum):
    """What is to be done with a delivery."""

    LOAD = "load"
    NOTHING_NEW = "nothing new"


def batch_id_of(delivery: Delivery) -> str:
    """Name the batch that a delivery becomes: the same content under the same contract has the same name."""
    content = hashlib.sha256((delivery.sha256 + delivery.contract_sha256()).encode()).hexdigest()
    return f"{delivery.delivery_id}-r{delivery.manifest.revision}-{content[:12]}"


def decide(delivery: Delivery, batches: Iterable[LoadedBatch]) -> Decision:
    """Decide whether a delivery is new.

    The same manifest again is nothing new. A batch with rows in quarantine is read again when the contract or a
    code list has changed since: the rows may fit now. A revision that comes after a higher one is new too, and counts no more.

    Raises:
        DeliveryRefusedError: the delivery differs from a loaded one of the same revision.

    """
    of_delivery = [batch for batch in batches if batch.delivery_id == delivery.delivery_id]
    same = [batch for batch in of_delivery if batch.manifest_sha256 == delivery.sha256]
    if same:
        latest = same[-1]
        may_fit_now = latest.quarantined_count and latest.contract_sha256 != delivery.contract_sha256()
        return Decision.LOAD if may_fit_now else Decision.NOTHING_NEW
    revision = delivery.manifest.revision
    if revision in {batch.revision for batch in of_delivery}:
        highest = max(batch.revision for batch in of_delivery)
        raise DeliveryRefusedError(
            f"{delivery.folder}: delivery {delivery.delivery_id} revision {revision} differs from what was loaded as revision "
            f"{revision}. A correction carries a higher revision: set `revision: {highest + 1}` in its manifest if it is meant "
            "to replace what was loaded."
        )
    return Decision.LOAD


def superseded_by(delivery: Delivery, batches: Iterable[LoadedBatch]) -> int | None:
    """Return the highest revision of a delivery in the lake, where that is above the delivery's own: then that one counts."""
    highest = max((batch.revision for batch in batches if batch.delivery_id == delivery.delivery_id), default=0)
    return highest if highest > delivery.manifest.revision else None
