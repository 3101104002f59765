"""Which format a delivered file has, by its name, and how it is unpacked: plain, gzip or zip, as a stream."""

from __future__ import annotations

import gzip
import lzma
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from flows.errors import DeliveryRefusedError
from flows.ingest.workspace import Workspace

Format = Literal["csv", "json", "parquet", "xlsx"]
FORMATS: dict[str, Format] = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "jsonl": "json",
    "ndjson": "json",
    "parquet": "parquet",
    "xlsx": "xlsx",
}
_PACKED = {"gz", "zip"}
_BLOCK = 1 << 22


@dataclass(frozen=True)
class FileName:
    """What the name of a file says: `setl_d.part1.csv.gz` is the table setl_d, CSV, packed with gzip."""

    table: str
    format: Format | None
    packed: str | None


def read_name(name: str) -> FileName:
    """Take a file name apart; `format` is None where the name does not say it."""
    parts = name.split(".")
    packed = parts.pop().lower() if len(parts) > 1 and parts[-1].lower() in _PACKED else None
    return FileName(parts[0], FORMATS.get(parts[-1].lower()) if len(parts) > 1 else None, packed)


def unpack(path: Path, workspace: Workspace) -> tuple[Path, Format]:
    """Return a delivered file unpacked, and its format; a file that is not packed is read where it is.

    Raises:
        DeliveryRefusedError: the archive is cut off or damaged, a zip has not exactly one file, or the format is unknown.

    """
    name = read_name(path.name)
    if name.packed is None:
        return path, _known(path, name.format)
    target = workspace.new_file(".unpacked")
    try:
        if name.packed == "gz":
            with gzip.open(path) as packed:
                _copy(packed, target)
        else:
            with zipfile.ZipFile(path) as archive:
                files = [member for member in archive.infolist() if not member.is_dir()]
                # what macOS keeps of a file beside it
                members = [member for member in files if not member.filename.startswith("__MACOSX/")]
                if len(members) != 1:
                    raise DeliveryRefusedError(f"{path}: the zip holds {len(members)} files, expected one")
                name = FileName(name.table, name.format or read_name(members[0].filename).format, "zip")
                with archive.open(members[0]) as packed:
                    _copy(packed, target)
    except (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        got = target.stat().st_size if target.exists() else 0
        raise DeliveryRefusedError(
            f"{path}: the {name.packed} archive cannot be unpacked after {got} bytes: {error}. It was cut off or damaged on "
            "its way, or has a password: ask the sender for it again."
        ) from error
    return target, _known(path, name.format)


def _copy(packed: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        shutil.copyfileobj(packed, file, _BLOCK)


def _known(path: Path, format: Format | None) -> Format:
    if format is None:
        raise DeliveryRefusedError(
            f"{path}: the name does not say the format; expected one of .{', .'.join(FORMATS)}, plain or with .gz or .zip"
        )
    return format
