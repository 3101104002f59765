"""Look at the bytes of a CSV file before DuckDB reads it: whether its lines are so plain that all readers read them alike.

DuckDB is more forgiving than the careful way: it drops empty fields at the end of a line that has too many, it takes blanks
around quotes for no part of the field, and it reads fields of any length. Where a file has nothing of the kind, both read the
same; so every delimiter is counted, and every quote is looked at. Nor does it tell a number from what Excel has left of one.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BLOCK = 1 << 18  # what stays in the cache of a core is looked at several times for the price of once
_BOM = b"\xef\xbb\xbf"
_FEED, _RETURN, _QUOTE = b'\n\r"'
_PLUS = ord("+")
# 1.23E+05 is what Excel leaves of a long number; before and after the block there may be more of it
_EXPONENT = re.compile(rb"(?:^|[0-9])[eE]\+(?:[0-9]|$)")
# DuckDB takes these for spaces in a date or time.
_ODD_BLANKS = b"\t\v\f"
_SPACE = ord(" ")
_WIDE_BLANK = "\u3000".encode()

_Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]


@dataclass(frozen=True)
class PlainLines:
    """A file of which every line is one record, and has a field for each heading. The header is not counted in `rows`."""

    rows: int
    has_odd_blanks: bool
    may_need_trim: bool
    """Whether a field may begin or end with a blank."""


def look_at_lines(path: Path, delimiter: str, width: int, block: int = BLOCK) -> PlainLines | None:
    """Count the records of a file whose header has `width` fields; None where a line is not plain."""
    if width < 2:  # no delimiter tells an empty line from a record
        return None
    look = _Look(ord(delimiter))
    buffer = bytearray(1 + block)
    buffer[0] = _FEED  # the first place holds the byte before the block: a file begins as a line does
    octets = np.frombuffer(buffer, np.uint8)
    with path.open("rb", buffering=0) as content:
        if content.read(len(_BOM)) != _BOM:
            content.seek(0)
        while size := content.readinto(memoryview(buffer)[1:]):
            if not look.at(buffer, octets[: size + 1]):
                return None
            buffer[0] = buffer[size]
    if look.inside or buffer[0] == _RETURN or look.returns not in (0, look.lines):
        return None
    lines = look.lines + (buffer[0] != _FEED)
    if look.delimiters != lines * (width - 1):
        return None
    may_need_trim = look.may_need_trim or look.has_odd_blanks or buffer[0] == _SPACE
    return PlainLines(lines - 1, look.has_odd_blanks, may_need_trim)


@dataclass
class _Look:
    """What was seen of a file so far."""

    delimiter: int
    lines: int = 0
    returns: int = 0
    delimiters: int = 0
    inside: bool = False
    """Whether the next byte stands within quotes."""
    has_odd_blanks: bool = False
    may_need_trim: bool = False
    since_feed: int = 0

    def at(self, buffer: bytearray, octets: _Bytes) -> bool:
        """Look at a block and the byte before it; say whether its lines are plain as far as can be seen."""
        size = len(octets)
        before, block = octets[:-1], octets[1:]
        is_feed, is_delimiter = octets == _FEED, octets == self.delimiter
        ends = np.flatnonzero(is_feed[1:])
        self.lines += len(ends)
        if not self._lines_are_short(ends, size - 1):
            return False
        if buffer.find(_PLUS, 0, size) >= 0 and _EXPONENT.search(buffer, 0, size):
            return False
        if buffer.find(_RETURN, 0, size) >= 0:
            returns = np.count_nonzero(before == _RETURN)
            if returns != np.count_nonzero(before[ends] == _RETURN):
                return False
            self.returns += returns
        if not self.has_odd_blanks:
            self.has_odd_blanks = any(c != self.delimiter and buffer.find(c, 1, size) > 0 for c in _ODD_BLANKS)
        if not self.may_need_trim:
            seldom = [octets == end for end in (_RETURN, _QUOTE) if buffer.find(end, 0, size) >= 0]
            self.may_need_trim = self._has_blank_at_an_end(buffer, octets, [is_feed, is_delimiter, *seldom])
        if self.inside or buffer.find(_QUOTE, 0, size) >= 0:
            return self._quotes_are_regular(before, block)
        self.delimiters += np.count_nonzero(is_delimiter[1:])
        return True

    def _lines_are_short(self, ends: np.ndarray, size: int) -> bool:
        """Say whether no line is so long that a field of it may be more than Python's reader takes."""
        longest = 0
        if len(ends):
            longest = max(self.since_feed + ends[0], np.diff(ends).max(initial=0))
            self.since_feed = size - 1 - ends[-1]
        else:
            self.since_feed += size
        return max(longest, self.since_feed) <= csv.field_size_limit()

    @staticmethod
    def _has_blank_at_an_end(buffer: bytearray, octets: _Bytes, ends: list[np.ndarray]) -> bool:
        """Say whether a blank stands beside what ends a field, where `ends` mark it; of the file's end the caller knows."""
        # one byte is found ten times as fast as two
        size = len(octets)
        if buffer.find(_WIDE_BLANK[0], 0, size) >= 0 and buffer.find(_WIDE_BLANK[:2], 0, size) >= 0:
            return True
        is_space = octets == _SPACE
        return any((is_space[:-1] & end[1:]).any() or (is_space[1:] & end[:-1]).any() for end in ends)

    def _quotes_are_regular(self, before: _Bytes, block: _Bytes) -> bool:
        """Say whether quotes enclose whole fields, without a line break in them; count the delimiters between fields."""
        is_quote = block == _QUOTE
        # a doubled quote closes and opens at once, which comes to the same
        inside = np.logical_xor.accumulate(np.concatenate(([self.inside], is_quote)))
        was_inside, inside = inside[:-1], inside[1:]
        self.inside = bool(inside[-1])
        opened_after = before[is_quote & ~was_inside]
        closed_before = block[(before == _QUOTE) & ~was_inside]
        self.delimiters += np.count_nonzero((block == self.delimiter) & ~inside)
        self.has_odd_blanks |= self.delimiter in _ODD_BLANKS  # it may stand in a field now
        return bool(
            np.isin(opened_after, [self.delimiter, _FEED, _QUOTE]).all()
            and np.isin(closed_before, [self.delimiter, _FEED, _RETURN, _QUOTE]).all()
            and not ((block == _FEED) & inside).any()
        )
