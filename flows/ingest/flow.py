"""Ingest: every delivery under the landing folder goes into the lake, whole or not at all; what is there already stays."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from rich.markup import escape

from flows.errors import DeliveryRefusedError, ExitCode, UsageError
from flows.ingest.lake import LoadedBatch, current_batches, loaded_batches, next_moment
from flows.ingest.manifest import empty_folders, find_deliveries, read_manifest
from flows.ingest.tasks import LoadReport, load_delivery, report_if_loaded
from flows.ingest.workspace import loads_at_once
from flows.reporting import say
from flows.settings import get_settings


@dataclass
class IngestReport:
    """What ingest did. `quarantined` counts the rows that stand in quarantine now, of earlier loads as well."""

    loads: list[LoadReport]
    quarantined: int

    @property
    def loaded(self) -> list[LoadReport]:
        """The deliveries that were loaded in this run."""
        return [load for load in self.loads if load.outcome == "loaded"]

    @property
    def refused(self) -> list[LoadReport]:
        """The deliveries that could not be trusted."""
        return [load for load in self.loads if load.outcome == "refused"]

    @property
    def exit_code(self) -> ExitCode:
        """Refused deliveries outweigh quarantined rows; both stay until somebody has mended them."""
        if self.refused:
            return ExitCode.DELIVERY_REFUSED
        return ExitCode.ROWS_QUARANTINED if self.quarantined else ExitCode.OK


@flow(name="ingest", flow_run_name="ingest {landing}")
def ingest(landing: Path, lake: Path) -> IngestReport:
    """Load what is new under `landing` into `lake`.

    Loading the same delivery twice changes nothing; a delivery with a higher revision supersedes the earlier one,
    which stays readable in the lake.

    Raises:
        UsageError: `landing` is no folder.

    """
    if not landing.is_dir():
        raise UsageError(f"{landing} is no folder; MEDFUND_LANDING names the one that holds a folder for each delivery")
    folders = find_deliveries(landing)
    if not folders:
        say(f"[yellow]no delivery[/] under {escape(str(landing))}")
    if stray := [path.name for path in landing.iterdir() if path.is_file() and not path.name.startswith((".", "README"))]:
        say(f"[yellow]not read[/]  files outside of a delivery's folder: {escape(', '.join(sorted(stray)))}")
    for empty in empty_folders(landing):
        say(f"[yellow]no delivery[/] in {escape(str(empty))}: the folder is empty")
    loads = _load_all(folders, lake)
    unchanged = sum(load.outcome == "nothing new" for load in loads)
    if unchanged:
        say(f"nothing new in {unchanged} of {len(loads)} deliveries")
    _say_what_was_left_empty(loads)
    quarantined = sum(batch.quarantined_count for batch in current_batches(loaded_batches(lake)))
    return IngestReport(loads, quarantined)


@dataclass
class _Sent:
    """A delivery of this run; `known` is its report where there is nothing to load."""

    folder: Path
    delivery_id: str
    revision: int
    known: LoadReport | None = None


def _load_all(folders: list[Path], lake: Path) -> list[LoadReport]:
    """Load what the lake does not hold, several deliveries at once, but those of one code by their revisions.

    Each is told when it is loaded, in the order in which they are taken, whichever is read first: of equal records in two
    deliveries the one loaded last counts.
    """
    batches = loaded_batches(lake)
    began = next_moment(batches)
    reports: dict[Path, LoadReport] = {}
    loading: dict[Path, PrefectFuture[LoadReport]] = {}
    last_of: dict[str, PrefectFuture[LoadReport]] = {}
    with ThreadPoolTaskRunner(max_workers=loads_at_once()) as runner:
        for place, sent in enumerate(_by_revision([_look_at(folder, batches) for folder in folders])):
            if sent.known:
                reports[sent.folder] = sent.known
                continue
            before = [last_of[sent.delivery_id]] if sent.delivery_id in last_of else []
            loaded_at = began + dt.timedelta(microseconds=place)
            parameters = {"folder": sent.folder, "lake": lake, "loaded_at": loaded_at}
            loading[sent.folder] = last_of[sent.delivery_id] = runner.submit(load_delivery, parameters, wait_for=before)
        reports |= {folder: load.result() for folder, load in loading.items()}
    return [reports[folder] for folder in folders]


def _by_revision(sent: list[_Sent]) -> list[_Sent]:
    """Put the deliveries of one code in the order of their revisions, in the places that they have among the others."""
    of_code: dict[str, list[_Sent]] = {}
    for one in sent:
        of_code.setdefault(one.delivery_id, []).append(one)
    waiting = {code: iter(sorted(those, key=lambda one: one.revision)) for code, those in of_code.items()}
    return [next(waiting[one.delivery_id]) for one in sent]


def _look_at(folder: Path, batches: list[LoadedBatch]) -> _Sent:
    """Read the manifest of a delivery, and report it where there is nothing to load. One at fault is for its load to refuse."""
    sent = _Sent(folder, folder.name, 0)
    try:
        delivery = read_manifest(folder)
        sent.delivery_id, sent.revision = delivery.delivery_id, delivery.manifest.revision
        sent.known = report_if_loaded(delivery, batches)
    except DeliveryRefusedError:
        pass
    return sent


def _say_what_was_left_empty(loads: list[LoadReport]) -> None:
    """Tell once, not file by file, which columns of a contract did not come: a sender leaves out the same ones each month."""
    without = Counter((file.table, file.missing_columns) for load in loads for file in load.files if file.missing_columns)
    for (table, missing), files in sorted(without.items()):
        columns = missing.split(", ")
        shown = ", ".join(columns[:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")
        say(f"left empty  {table}, {files} files: {shown} (staging.stg_ingest__files names them all)")


def ingest_with_settings() -> IngestReport:
    """Run ingest on the folders of the settings."""
    settings = get_settings()
    return ingest(settings.landing, settings.lake)
