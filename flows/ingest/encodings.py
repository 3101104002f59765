"""The encoding of a delivered text file, found and undone as a stream: UTF-8 with or without BOM, or GB18030."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from flows.errors import DeliveryRefusedError
from flows.ingest.workspace import Workspace

_BLOCK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Two ideographs that are neighbours. GB18030 bytes that happen to be valid UTF-8 give other letters, or one at most.
_SURELY_UTF8 = re.compile("[\u4e00-\u9fff]{2}")


def empty_file(path: Path) -> DeliveryRefusedError:
    """Return the refusal of a file without a header."""
    return DeliveryRefusedError(
        f"{path}: the file is empty; expected a header line, then records. Ask the sender for it again."
    )


def head_of(path: Path, size: int = _BLOCK) -> bytes:
    """Return the first bytes of a file, up to the end of a line where there is one."""
    with path.open("rb") as file:
        head = file.read(size)
        return head + file.readline() if len(head) == size else head


def looks_like_utf8(path: Path) -> bool:
    """Say whether the beginning of a file is UTF-8 without doubt; the rest may still turn out otherwise."""
    head = head_of(path)
    if not head.strip() or head.startswith(_UTF16):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def to_utf8(path: Path, original: Path, workspace: Workspace) -> tuple[Path, str]:
    """Return a file in UTF-8 and the encoding that it came in. A file in UTF-8 is returned as it is.

    Extracts from bureaus are often GB18030 (GBK is a part of it). A text that is valid UTF-8 and holds other than ASCII is,
    for all practical purposes, never GB18030; a file that is valid UTF-8 in one line and GB18030 in another is refused,
    because read as one of them half of it would be wrong characters.

    Args:
        path: the file, unpacked.
        original: the file as delivered, for messages.
        workspace: where a file in UTF-8 is put.

    Raises:
        DeliveryRefusedError: the file is empty, is in neither encoding, or mixes them.

    """
    head = head_of(path)
    if head.startswith(_UTF16):
        raise DeliveryRefusedError(f"{original}: the file is UTF-16; expected UTF-8 or GB18030. Save it as 'CSV UTF-8'.")
    if _is_utf8(path):
        if _is_blank(path):
            raise empty_file(original)
        return path, "utf-8"
    target = workspace.new_file(".utf8")
    if (fits_neither := _transcode(path, original, target)) is not None:
        line, at = fits_neither
        raise DeliveryRefusedError(
            f"{original}, line {line}: byte {at} fits neither UTF-8 nor GB18030. Save it as 'CSV UTF-8' where it "
            "comes from, or ask the sender for it again."
        )
    return target, "gb18030"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_blank(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(_BLOCK).removeprefix(codecs.BOM_UTF8).strip():
            return False
        return not any(block.strip() for block in iter(lambda: file.read(_BLOCK), b""))


def _transcode(path: Path, original: Path, target: Path) -> tuple[int, int] | None:
    """Write a GB18030 file in UTF-8, line by line; return line and offset of the first byte that fits no encoding."""
    done, in_utf8, in_gb18030 = 0, 0, 0
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        for number, line in enumerate(file, start=1):
            text, gb18030_fault = _decode(line, "gb18030")
            if not line.isascii():
                as_utf8, utf8_fault = _decode(line, "utf-8")
                if text is None and as_utf8 is None:
                    # the encoding that got further is likely the one that was meant
                    return number, done + max(gb18030_fault, utf8_fault)
                if as_utf8 is not None and (text is None or _SURELY_UTF8.search(as_utf8)):
                    in_utf8 = in_utf8 or number
                else:
                    in_gb18030 = in_gb18030 or number
                if in_utf8 and in_gb18030:
                    raise DeliveryRefusedError(
                        f"{original}, line {number}: line {in_utf8} is UTF-8 and line {in_gb18030} is GB18030; expected one "
                        "encoding in a file. Ask the sender for it again, as 'CSV UTF-8'."
                    )
            out.write(text or "")
            done += len(line)
    return None


def _decode(line: bytes, encoding: str) -> tuple[str | None, int]:
    try:
        return line.decode(encoding), 0
    except UnicodeDecodeError as error:
        return None, error.start
