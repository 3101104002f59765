"""The numbers of a document's text: which are figures, and which only number, date or address something.

A token is a number with its sign, as printed. `tokens_of` finds them line by line; what a pattern of
`NOT_FIGURES` covers is named by that pattern and is no figure. All else has to be transcribed, or listed with
a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Pattern:
    """A way in which a number is printed that is no figure."""

    name: str
    why: str
    regex: re.Pattern[str]


@dataclass(frozen=True)
class Token:
    """A number on a line. `pattern` names what makes it no figure; None for a figure."""

    line: int
    text: str
    pattern: str | None = None


# a number does not start inside a longer one: not after 1. nor after 1,
START = r"(?<![\d.])(?<!\d,)"

NOT_FIGURES = [
    Pattern(name, why, re.compile(regex))
    for name, why, regex in [
        (
            "bookmark",
            "a mark that the word processor left: [bookmark: OLE_LINK4]",
            r"\[bookmark: OLE_LINK\d+\]",
        ),
        ("page_number", "a line with nothing else: - 1 -", r"^\s*-\s*\d+\s*-\s*$"),
        ("document_number", "〔2025〕7号", r"〔\d{4}〕\s*\d+\s*号"),
        ("attachment_number", "附件2, 附件3-1", r"附件\s*\d+(?:-\d+)?"),
        ("dotted_date", "2026.4.21", rf"{START}(?:19|20)\d\d\.\d{{1,2}}\.\d{{1,2}}(?![\d.])"),
        (
            "year",
            "2025年. Four digits of this century or the last; 60 年 or 1334 年 would be a figure",
            rf"{START}(?:19|20)\d\d\s*(?=年)",
        ),
        ("month_range", "1-5 月, without 个", rf"{START}\d{{1,2}}\s*-\s*\d{{1,2}}\s*(?=月)"),
        (
            "month",
            "6 月, 7月份. A number of months has 个 before 月 (18个月), 月数 follows no number",
            rf"{START}\d{{1,2}}\s*(?=月(?!数))",
        ),
        ("day", "30 日; not 18 日常 …", rf"{START}\d{{1,2}}\s*(?=日(?!常))"),
        (
            "list_number_at_line_start",
            "1. or 1、 first on a line or in its first cell. 2.5 at a line's start is a figure",
            r"^[\s#*]*\d{1,2}(?=\s*[.、](?!\d))",
        ),
        (
            "list_number_after_punctuation",
            "：1. 医疗 or ; 2. 全面, a list that runs on in one line",
            r"(?<=[；。：:;])\s?\d{1,2}(?=\.\s*(?!\d))",
        ),
        ("list_number_in_brackets", "（1）", r"[（(]\d{1,2}[）)](?!%)"),
    ]
]

# A sign belongs to the number unless it stands in a range (6.3%-67.9%). A comma only groups three digits.
NUMBER = re.compile(r"(?:(?<![\d%])[-+])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")

# What is printed where there is no number, by the empty_reason that it is transcribed with.
EMPTY_MARKS = {
    # withheld in the published copy; "XX 市" and "XX 医保" are names
    "withheld": re.compile(r"XX(?!\s*(?:市|医保))"),
    # a whole cell; the first one of a line is its heading
    "dash": re.compile(r"(?<=\t)—(?=\t|$)"),
    "none": re.compile(r"(?<=\t)无(?=\t|$)"),
}


def tokens_of(text: str) -> list[Token]:
    """Return every number of a text; those that are no figures carry the name of the pattern that says so."""
    return [token for number, line in _lines(text) for token in _tokens_of_line(number, line)]


def figures_of(text: str) -> Counter[tuple[int, str]]:
    """Return how often each number is printed on each line as a figure: (line, token) → times."""
    return Counter((token.line, token.text) for token in tokens_of(text) if token.pattern is None)


def empty_marks_of(text: str, reason: str) -> Counter[int]:
    """Return how often the mark of an empty_reason is printed on each line."""
    marks = EMPTY_MARKS[reason]
    return Counter({number: len(marks.findall(line)) for number, line in _lines(text)})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), start=1)


def _tokens_of_line(number: int, line: str) -> list[Token]:
    found = []
    for pattern in NOT_FIGURES:
        for match in pattern.regex.finditer(line):
            found.append(Token(number, match.group().strip(), pattern.name))
        # blank it out, so that the next pattern does not read it again
        line = pattern.regex.sub(lambda match: " " * len(match.group()), line)
    return found + [Token(number, match.group()) for match in NUMBER.finditer(line)]
