"""How each contract type is read, as DuckDB SQL: one entry a type, with what it expects in words.

Here stands what is read without doubt: full-width digits, thousands separators, a trailing space, '—' for empty.
All else is a fault of the row. The loader alone runs this SQL, on DuckDB; models stay portable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Full-width digits and the punctuation of numbers and dates, as Chinese input methods leave them.
_WIDE = "０１２３４５６７８９．，－＋／　−"
_NARROW = "0123456789.,-+/ -"
_EMPTY_MARKS = ("—", "——", "–", "-", "/", "\\")


def quote(text: str) -> str:
    """Quote a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def tidy(column: str) -> str:
    """SQL of a column without the spaces around it, NULL when nothing is left."""
    return f"nullif(trim(\"{column}\", ' \t\r\n　'), '')"


def _digits(column: str) -> str:
    """SQL of a number's text in ASCII, NULL where it is a mark for 'nothing here'."""
    marks = ", ".join(map(quote, _EMPTY_MARKS))
    text = f"nullif(trim(translate(\"{column}\", {quote(_WIDE)}, {quote(_NARROW)}), ' \t\r\n'), '')"
    return f"case when {text} not in ({marks}) then {text} end"


def _plain_number(column: str) -> str:
    return f"replace({_digits(column)}, ',', '')"


@dataclass(frozen=True)
class TypeRule:
    """How a type is read: whether a column is empty, whether it parses, its typed value, and what it expects.

    Two values are the same when they agree in `same_by`: '1,234' and '1234' are one number.
    """

    is_empty: Callable[[str], str]
    parses: Callable[[str], str]
    value: Callable[[str], str]
    same_by: Callable[[str], str]
    expected: str

    def comparable(self, column: str) -> str:
        """SQL of a value that does for comparing two rows, as text, NULL where it does not parse."""
        return f"case when {self.parses(column)} then cast({self.same_by(column)} as varchar) end"


def _integer(column: str) -> str:
    return f"cast({_digits(column)} as bigint)"


def _decimal(column: str) -> str:
    return f"cast({_plain_number(column)} as decimal(28, 8))"


def _date(column: str) -> str:
    text = _digits(column)
    formats = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
    parsed = "coalesce(" + ", ".join(f"try_strptime({text}, '{f}')" for f in formats) + ")::date"
    return f"case when regexp_full_match({text}, {quote(_DATE)}) then {parsed} end"


# strptime alone would read 25-06-30 as the year 25, and 2025111 as November although it may be January.
_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{8}"
# At most 20 digits before the point, with separators or without: what decimal(28, 8) holds.
_NUMBER = r"[+-]?([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3}){1,5}|[0-9]{1,2}(,[0-9]{3}){6})(\.[0-9]{1,8})?"

TYPES: dict[str, TypeRule] = {
    "text": TypeRule(lambda c: f"{tidy(c)} is null", lambda c: "true", tidy, tidy, "text"),
    "integer": TypeRule(
        lambda c: f"{_digits(c)} is null",
        lambda c: f"regexp_full_match({_digits(c)}, '^[+-]?[0-9]{{1,18}}$')",
        _integer,
        _integer,
        "a whole number",
    ),
    "date": TypeRule(
        lambda c: f"{_digits(c)} is null",
        lambda c: f"{_date(c)} is not null",
        _date,
        _date,
        "a date: 2025-06-30, 2025/6/30 or 20250630",
    ),
    # The text stays as printed; the parsed columns beside it carry the number.
    "printed_number": TypeRule(
        lambda c: f"{_digits(c)} is null",
        lambda c: f"regexp_full_match({_digits(c)}, {quote(_NUMBER)})",
        tidy,
        _decimal,
        "a number such as 1234.5 or 1,234.5, with at most 20 digits before the point and 8 after",
    ),
}

# Parsed columns: type → SQL over the delivered column that they are read from.
PARSED: dict[str, Callable[[str], str]] = {
    "parsed_number": _decimal,
    "parsed_decimals": lambda c: f"cast(length(split_part({_plain_number(c)}, '.', 2)) as integer)",
}
