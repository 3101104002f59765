"""The manifest: what a sender says of a delivery, and whether the files are what it says."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from flows.contract import Codes, Table, load_contracts
from flows.errors import DeliveryRefusedError

MANIFEST_NAME = "manifest.yml"
_REGIONS = Codes(seed="dim_regions", column="region")
_PERIOD = r"[0-9]{4}(M(0[1-9]|1[0-2])|Q[1-4]|H[12]|YTD(0[1-9]|1[0-2])([0-2][0-9]|3[01])?)?"


class ManifestFile(BaseModel):
    """One file of a delivery: which table it feeds, and what it must hold."""

    model_config = ConfigDict(extra="forbid")

    # DuckDB takes a name with the other signs for a pattern of names
    name: str = Field(pattern=r"^[^/\\.*?\[][^/\\*?\[]*$", description="file name inside the delivery's folder")
    table: str
    rows: int = Field(ge=0, description="records, without the header")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    control_totals: dict[str, Decimal] = Field({}, description="column → sum of its numbers as delivered")

    @field_validator("control_totals", mode="before")
    @classmethod
    def _quoted(cls, totals: object) -> object:
        """Refuse YAML floats: 0.1 + 0.2 must not decide whether money is trusted."""
        if isinstance(totals, dict):
            for column, total in totals.items():
                if isinstance(total, float):
                    raise ValueError(f"the control total of {column} must stand in quotes: '{total}'")
        return totals


class Manifest(BaseModel):
    """What a sender says of a delivery."""

    model_config = ConfigDict(extra="forbid")

    delivery: str = Field(
        pattern=r"^[A-Za-z0-9_]+$", max_length=100, description="code of the delivery; the same for its corrections"
    )
    revision: int = Field(1, ge=1, le=10**9, description="1, and one more for each correction")
    source: str
    region: str
    period: str
    synthetic: bool = False
    sent_on: dt.date
    note: str = ""
    reopens_closed_month: bool = Field(False, description="whether it may change a month that is closed")
    reopening_reason: str = Field("", description="why a closed month is changed")
    files: list[ManifestFile] = Field(min_length=1)

    @field_validator("files")
    @classmethod
    def _once(cls, files: list[ManifestFile]) -> list[ManifestFile]:
        """Refuse a file that is listed twice: its rows would count twice."""
        names = [file.name for file in files]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed twice")
        return files


@dataclass(frozen=True)
class Delivery:
    """A delivery whose manifest could be read."""

    folder: Path
    manifest: Manifest
    sha256: str

    @property
    def delivery_id(self) -> str:
        """Code of the delivery, shared by its corrections."""
        return self.manifest.delivery

    def contract_of(self, file: ManifestFile) -> Table:
        """Return the contract of the table that `file` feeds."""
        return load_contracts()[self.manifest.source][file.table]

    def tables(self) -> dict[str, list[ManifestFile]]:
        """Return the tables of the delivery, each with the files that feed it."""
        files: dict[str, list[ManifestFile]] = {}
        for file in self.manifest.files:
            files.setdefault(file.table, []).append(file)
        return files

    def contract_sha256(self) -> str:
        """Hash the contracts of every table of the delivery."""
        prints = [self.contract_of(file).fingerprint() for file in self.manifest.files]
        return hashlib.sha256("".join(prints).encode()).hexdigest()


def find_deliveries(landing: Path) -> list[Path]:
    """Return the folders under `landing` that hold files: each is a delivery, with or without a manifest.

    What begins with a dot is not looked at, nor is a README beside deliveries.
    """
    files = (path for path in landing.rglob("*") if path.is_file() and not path.name.startswith("README"))
    visible = (path for path in files if not any(part.startswith(".") for part in path.relative_to(landing).parts))
    return sorted({path.parent for path in visible} - {landing})


def empty_folders(landing: Path) -> list[Path]:
    """Return the folders under `landing` that hold nothing: a transfer that has not arrived, most often."""
    folders = (path for path in landing.rglob("*") if path.is_dir())
    visible = (path for path in folders if not any(part.startswith(".") for part in path.relative_to(landing).parts))
    return sorted(path for path in visible if not any(path.iterdir()))


def sha256_of(path: Path) -> str:
    """Hash a file without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Delivery:
    """Read the manifest of a delivery and check it against the contracts, without opening the files.

    Raises:
        DeliveryRefusedError: there is no manifest, or it does not say what it must.

    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise DeliveryRefusedError(
            f"{folder}: there is no {MANIFEST_NAME}. Ask the sender for it, or write it with "
            f"`medfund manifest {folder} …` if you vouch for the files."
        )
    content = path.read_bytes()
    try:
        manifest = Manifest.model_validate(yaml.safe_load(content))
    except ValidationError as error:
        raise DeliveryRefusedError(
            f"{path}: {'; '.join(_fault(e) for e in error.errors())}. Mend the manifest, or write it anew "
            f"with `medfund manifest {folder} …`."
        ) from error
    # a day that does not exist is a ValueError of its own
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DeliveryRefusedError(
            f"{path}: not readable as YAML in UTF-8: {' '.join(str(error).split())}. Mend the manifest, or write "
            f"it anew with `medfund manifest {folder} …`."
        ) from error
    _check_against_contracts(path, manifest)
    return Delivery(folder, manifest, hashlib.sha256(content).hexdigest())


def _fault(error: ErrorDetails) -> str:
    """Say what pydantic found, with the value where that is one and short."""
    place = ".".join(map(str, error["loc"])) or "manifest"
    value = error["input"]
    shown = f", not {value!r}" if isinstance(value, str | int | float) and len(str(value)) < 100 else ""
    return f"{place}: {error['msg'].removeprefix('Value error, ')}{shown}"


def strange_codes(region: str, period: str) -> list[str]:
    """Say of the region and the period of a delivery what is no code: months are closed by them."""
    faults = []
    if region not in _REGIONS.members():
        faults.append(f"region {region!r}: expected {_REGIONS.expected}")
    if not re.fullmatch(_PERIOD, period):
        faults.append(f"period {period!r}: expected a code such as 2025, 2025H1, 2025Q2, 2025M06 or 2025YTD06")
    return faults


def _check_against_contracts(path: Path, manifest: Manifest) -> None:
    if faults := strange_codes(manifest.region, manifest.period):
        raise DeliveryRefusedError(f"{path}: {'; '.join(faults)}")
    contracts = load_contracts()
    tables = contracts.get(manifest.source)
    if tables is None:
        raise DeliveryRefusedError(
            f"{path}: source {manifest.source!r} has no contract; there are: {', '.join(sorted(contracts))}"
        )
    for file in manifest.files:
        if file.table not in tables:
            raise DeliveryRefusedError(
                f"{path}: {file.name} is for table {file.table!r}; {manifest.source} has: {', '.join(sorted(tables))}"
            )
        numbers = {c.name for c in tables[file.table].kept if c.is_number}
        if unknown := set(file.control_totals) - numbers:
            raise DeliveryRefusedError(
                f"{path}: {file.name} has a control total of {', '.join(sorted(unknown))}; "
                f"columns with numbers are: {', '.join(sorted(numbers))}"
            )


def check_sent(delivery: Delivery, today: dt.date) -> None:
    """Look whether a delivery can have been sent on the day that it says: the dates of its rows are held against that day.

    Args:
        delivery: the delivery.
        today: the day by UTC; somewhere it is tomorrow already.

    Raises:
        DeliveryRefusedError: the day has not come yet.

    """
    sent_on = delivery.manifest.sent_on
    if sent_on > today + dt.timedelta(days=1):
        raise DeliveryRefusedError(
            f"{delivery.folder / MANIFEST_NAME}: sent_on {sent_on} has not come yet, today is {today}. Rows may not be later "
            "than that day, so it must be right: mend the manifest, or the clock of this machine."
        )


def check_files(delivery: Delivery) -> None:
    """Compare the files of a delivery with its manifest: names and hashes.

    Raises:
        DeliveryRefusedError: a file is missing, is not listed, or is not the one that the manifest was written for.

    """
    listed = {file.name for file in delivery.manifest.files}
    present = {p.name for p in delivery.folder.iterdir() if p.is_file() and not p.name.startswith(".")}
    faults = [f"{name} is in the manifest but not in the folder" for name in sorted(listed - present)]
    faults += [f"{name} is in the folder but not in the manifest" for name in sorted(present - listed - {MANIFEST_NAME})]
    for file in delivery.manifest.files:
        path = delivery.folder / file.name
        if path.is_file() and (actual := sha256_of(path)) != file.sha256:
            faults.append(f"{file.name} has SHA-256 {actual}, the manifest says {file.sha256}")
    if faults:
        raise DeliveryRefusedError(
            f"{delivery.folder}: {'; '.join(faults)}. Files and manifest must come together: ask the sender for the "
            f"delivery again, or run `medfund manifest {delivery.folder} …` if the change is yours."
        )


def check_unchanged(delivery: Delivery, loaded_at: dt.datetime) -> None:
    """Look for files that were changed after they were loaded, while their manifest was not.

    Only files that are newer than the load are hashed: years of deliveries are not read again each time.

    Raises:
        DeliveryRefusedError: a file is not the one that was loaded.

    """
    some_file_systems_count_in = dt.timedelta(seconds=2)
    since = (loaded_at.replace(tzinfo=dt.UTC) - some_file_systems_count_in).timestamp()
    changed = [
        file.name
        for file in delivery.manifest.files
        if (path := delivery.folder / file.name).is_file() and path.stat().st_mtime > since and sha256_of(path) != file.sha256
    ]
    if changed:
        raise DeliveryRefusedError(
            f"{delivery.folder}: {', '.join(changed)} was changed after it was loaded; the lake keeps what was "
            f"loaded. A correction carries a higher revision: run `medfund manifest {delivery.folder} … --delivery "
            f"{delivery.delivery_id} --revision {delivery.manifest.revision + 1}`, or put the old file back."
        )
