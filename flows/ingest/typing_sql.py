"""How each contract type is read, as DuckDB SQL: one entry a type, with what it expects in words.

Here stands what is read without doubt: full-width digits, thousands separators, a trailing space, '—' for empty.
All else is a fault of the row. What is plain is tried first, because a file may have millions of rows and few that are not.
The loader alone runs this SQL, on DuckDB; models stay portable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.contract import Column

# Full-width digits and the punctuation of numbers and dates, as Chinese input methods leave them.
_WIDE = "０１２３４５６７８９．，－＋／　−："
_NARROW = "0123456789.,-+/ -:"
_EMPTY_MARK = r"(—|——|–|-|/|\\)?"


def quote(text: str) -> str:
    """Quote a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(text: str) -> str:
    """SQL of a text without the spaces around it."""
    return f"trim({text}, ' \t\r\n　')"


def tidy(column: str) -> str:
    """SQL of a column without the spaces around it, NULL when nothing is left."""
    text = trimmed(f'"{column}"')
    return f"nullif({text}, '')"


def _digits(column: str) -> str:
    """SQL of a number's text in ASCII, NULL where it is a mark for 'nothing here'."""
    text = f"trim(translate(\"{column}\", {quote(_WIDE)}, {quote(_NARROW)}), ' \t\r\n')"
    # one mention of the text: DuckDB binds an expression anew wherever it stands
    return f"nullif(regexp_replace({text}, {quote(f'^{_EMPTY_MARK}$')}, ''), '')"


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
    return f"cast({_plain_number(column)} as bigint)"


def _decimal(column: str) -> str:
    return f"cast({_plain_number(column)} as decimal(28, 8))"


# strptime alone would read 25-06-30 as the year 25, and 2025111 as November although it may be January.
_DAY = r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{8})"
_TIME = r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?"
_MOMENT = rf"{_DAY}(( +|T){_TIME})?|[0-9]{{14}}"
# Days since 1899-12-30 as Excel counts them. Five digits, 1927 to 2173: four would make a day of a year.
_SERIAL = r"[1-9][0-9]{4}(\.[0-9]{1,15})?"
_DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
_TIME_FORMATS = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
MOMENT_FORMATS = (*(f"{day} {time}" for day in _DAY_FORMATS for time in _TIME_FORMATS), *_DAY_FORMATS, "%Y%m%d%H%M%S")


def _plain_moment(column: str) -> str:
    """SQL of a date or time in the way that nearly all are written; it costs a tenth of the closer look."""
    text, length = f'"{column}"', f'strlen("{column}")'
    return (
        f"case when {length} = 10 and substring({text}, 5, 1) = '-' then try_strptime({text}, '%Y-%m-%d') "
        f"when {length} = 19 and substring({text}, 5, 1) = '-' then try_strptime({text}, '%Y-%m-%d %H:%M:%S') end"
    )


def _moment(column: str) -> str:
    """SQL of a date or time of day in any of the plain ways, as a timestamp, NULL where it is none."""
    text = _digits(column)
    formats = ", ".join(map(quote, MOMENT_FORMATS))
    seconds = f"cast(round(cast({text} as decimal(20, 10)) * 86400) as bigint)"
    return (
        f"coalesce({_plain_moment(column)}, "
        f"case when regexp_full_match({text}, {quote(_SERIAL)}) then timestamp '1899-12-30' + to_seconds({seconds}) "
        f"when regexp_full_match({text}, {quote(_MOMENT)}) then try_strptime(replace({text}, 'T', ' '), [{formats}]) end)"
    )


def _no_moment(column: str) -> str:
    """SQL that says whether a date or time is empty."""
    return f"case when {_plain_moment(column)} is not null then false else {_digits(column)} is null end"


def _date(column: str) -> str:
    return f"cast({_moment(column)} as date)"


# At most 20 digits before the point, with separators or without: what decimal(28, 8) holds.
_WHOLE = r"[+-]?([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3}){1,5}|[0-9]{1,2}(,[0-9]{3}){6})"
# what bigint holds
_WHOLE_18 = r"[+-]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})"
_NUMBER = rf"{_WHOLE}(\.[0-9]{{1,8}})?"
_LONG_NUMBER = rf"{_WHOLE}(\.[0-9]{{1,30}})?"

TYPES: dict[str, TypeRule] = {
    "text": TypeRule(lambda c: f"{tidy(c)} is null", lambda c: "true", tidy, tidy, "text"),
    "integer": TypeRule(
        lambda c: f"{_digits(c)} is null",
        lambda c: f"regexp_full_match({_digits(c)}, {quote(_WHOLE_18)})",
        _integer,
        _integer,
        "a whole number such as 1234 or 1,234",
    ),
    "date": TypeRule(
        _no_moment,
        lambda c: f"{_moment(c)} is not null",
        _date,
        _date,
        "a date: 2025-06-30, 2025/6/30, 20250630 or the day number of Excel",
    ),
    "timestamp": TypeRule(
        _no_moment,
        lambda c: f"{_moment(c)} is not null",
        _moment,
        _moment,
        "a date and time: 2025-06-30 08:30:00, 2025/6/30 8:30, 20250630083000 or the day number of Excel",
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


def wide_type(column: Column) -> str:
    """Name the type that a decimal is read in first: two decimals more, which must be zeros.

    Further ones are the trace of a binary fraction (12.340000000000002), and round away.
    """
    digits, decimals = column.digits
    return f"decimal({digits + 2}, {decimals + 2})"


def _decimal_rule(column: Column) -> TypeRule:
    digits, decimals = column.digits
    wide = wide_type(column)

    def plain(name: str) -> str:
        # 1.23E+05 is what Excel leaves of 123456.78; without the sign it is what Java writes, and exact
        return f'case when not contains(upper("{name}"), \'E+\') then try_cast("{name}" as {wide}) end'

    def read(name: str) -> str:
        is_number = f"regexp_full_match({_digits(name)}, {quote(_LONG_NUMBER)})"
        return f"coalesce({plain(name)}, case when {is_number} then try_cast({_plain_number(name)} as {wide}) end)"

    def value(name: str) -> str:
        return f"try_cast({read(name)} as {column.data_type})"

    return TypeRule(
        lambda c: f"case when {plain(c)} is not null then false else {_digits(c)} is null end",
        lambda c: f"coalesce({read(c)} = {value(c)}, false)",
        value,
        value,
        f"a number such as 1234.5 or 1,234.5, with at most {digits - decimals} digits before the point and {decimals} after",
    )


def rule_of(column: Column) -> TypeRule:
    """Return how a column of a contract is read."""
    return _decimal_rule(column) if column.type == "decimal" else TYPES[column.type]


def number_of(column: Column) -> str:
    """SQL of a delivered column with numbers, for summing what stands in it."""
    return rule_of(column).value(column.name) if column.type == "decimal" else PARSED["parsed_number"](column.name)
