"""What can be wrong with a record of `delivered`, by its contract, as SQL: one select a rule.

A fault is (file_no, source_line, column_name, value, reason, expected). A value that may identify a person is not shown: in a
record whose fields have shifted, or under a heading that is another column's, a name stands where a code is expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flows.contract import Column, Table
from flows.ingest.identifiers import (
    EXPECTED_ID,
    EXPECTED_PERSON,
    codes,
    expected_of,
    identifiers,
    is_certificate_sql,
    is_code_sql,
    is_damaged_sql,
    is_id_sql,
    is_person,
    is_person_sql,
    of_certificates_sql,
)
from flows.ingest.tokens import token_sql
from flows.ingest.typing_sql import quote, rule_of, tidy, trimmed

FAULT_COLUMNS = "file_no, source_line, column_name, value, reason, expected"
NOT_SHOWN = "(not shown)"
# what a number, a date or a short code looks like; a name is none of these
_NUMBER_OR_DATE = "[-+¥￥]?[0-9０-９][-+0-9０-９.,，:：/ TZ年月日时分秒元万%]*"
_SHORT_CODE = "[A-Za-z]{0,2}[0-9]{1,8}[A-Za-z]{0,2}|[A-Za-z]{1,2}"
# and the mark of ours for a formula without a value
_EXCEL_ERROR = "#(NULL!|DIV/0!|VALUE!|REF!|NAME[?]|NUM!|N/A|DATA!|FORMULA)"
# nor have telephones, certificates or accounts so few digits; a moment has more, and begins with its year
_MOST_DIGITS = 10
# mobile, landline, and a certificate of the first generation, which has no check digit
_OF_A_PERSON = "1[3-9][0-9]{9}|0[0-9]{2,3}-[0-9]{7,14}|[1-9][0-9]{7}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}"
_MOMENT = "(19|20)[0-9]{2}[-/]?[0-9]{2}[-/]?[0-9]{2}[ T]?[0-9:.]{4,12}(Z|[+-][0-9:]{2,5})?"


def faults_sql(table: Table, present: set[str], sent_on: dt.date) -> str:
    """SQL of every fault of `delivered`, with what may be shown of its value.

    What may be shown is written once for all columns of a kind: planning takes longer than a look at a small file.

    Args:
        table: the contract.
        present: columns that at least one file carries; the others are null and no fault.
        sent_on: the day on which the delivery was sent.

    """
    found = " union all ".join(f"({select})" for select in _faults_of(table, present, sent_on))
    contradictions = "".join(f" union all ({select})" for select in _contradictions(table))
    return (
        f"with found({FAULT_COLUMNS}) as materialized ({found}) "
        f"select file_no, source_line, column_name, {_shown_by_name(table)} as value, reason, expected "
        f"from found{contradictions}"
    )


def _faults_of(table: Table, present: set[str], sent_on: dt.date) -> Iterator[str]:
    """Yield a select for each rule that a column can break, with the value as it was delivered.

    Args:
        table: the contract.
        present: columns that at least one file carries; the others are null and no fault.
        sent_on: the day on which the delivery was sent.

    """
    for column in table.kept:
        if column.name in present:
            yield from _column_faults(column)
    for name in table.not_after_sending:
        if name in present:
            yield _after_sending(table.column(name), sent_on)
    for column in identifiers(table):
        if column.name in present:
            yield _no_identifier(column)
    for column in codes(table):
        if column.name in present:
            value = tidy(column.name)
            yield _fault(column, "is no code", expected_of(column), f"{value} is not null and not {is_code_sql(column, value)}")
    for column in filter(is_person, table.kept):
        if column.name in present:
            value = tidy(column.name)
            where = f"{value} is not null and (not {is_person_sql(value)} or {is_damaged_sql(value)})"
            yield _fault(column, "is no identifier", EXPECTED_PERSON, where)
    yield from _negative_amounts(table, present)


def typed(column: Column) -> str:
    """SQL of a delivered column as the lake has it."""
    value = rule_of(column).value(column.name)
    return token_sql(value) if column.pii == "token" else value


def shown(table: Table, column: Column) -> str:
    """SQL of a delivered value as quarantine may keep it: where rows hold persons, only what cannot be of one."""
    return _shown(table, column, f'delivered."{column.name}"')


def _shown(table: Table, column: Column, value: str) -> str:
    if column.pii == "token":
        return quote(NOT_SHOWN)
    if not table.holds_persons:
        return value
    return f"case when {value} is null or ({_harmless(table, column, value)}) then {value} else {quote(NOT_SHOWN)} end"


def _shown_by_name(table: Table) -> str:
    """SQL of what may be shown of `found.value`, of the column `found.column_name`."""
    forms: dict[str, list[str]] = {}
    for column in table.kept:
        forms.setdefault(_shown(table, column, "found.value"), []).append(quote(column.name))
    cases = " ".join(f"when column_name in ({', '.join(names)}) then {form}" for form, names in forms.items())
    return f"case {cases} end"


def _harmless(table: Table, column: Column, name: str) -> str:
    """SQL that says whether a value cannot be of a person; a key may be longer, as who mends the file looks for it by that."""
    if column.name in table.unique_key and column.type == "text":
        key = trimmed(name)
        of_a_person = f"regexp_full_match({key}, {quote(_OF_A_PERSON)})"
        return f"{key} = '' or {is_id_sql(key)} and not {of_a_person} and not {is_certificate_sql(key)}"
    digits = f"length(regexp_replace({name}, '[^0-9０-９]', '', 'g'))"
    return (
        f"regexp_full_match({name}, {quote(f'{_NUMBER_OR_DATE}|{_SHORT_CODE}|{_EXCEL_ERROR}|[-—/ ]*')}) "
        f"and ({digits} <= {_MOST_DIGITS} or regexp_full_match({name}, {quote(_MOMENT)}))"
    )


def _fault(column: Column, reason: str, expected: str, where: str) -> str:
    return (
        f'select file_no, source_line, {quote(column.name)}, delivered."{column.name}", {quote(reason)}, {quote(expected)} '
        f"from delivered where {where}"
    )


def _column_faults(column: Column) -> Iterator[str]:
    rule = rule_of(column)
    empty = rule.is_empty(column.name)
    if not column.nullable:
        yield _fault(column, "is empty", f"{column.label_zh}: {rule.expected}", empty)
    if column.type != "text":
        parses = rule.parses(column.name)
        yield _fault(column, "does not parse", rule.expected, f"not {empty} and not coalesce({parses}, false)")
    if column.codes:
        known = f"select code from codes where column_name = {quote(column.name)}"
        yield _fault(column, "unknown code", column.codes.expected, f"{tidy(column.name)} not in ({known})")


def _after_sending(column: Column, sent_on: dt.date) -> str:
    rule = rule_of(column)
    where = f"not {rule.is_empty(column.name)} and {rule.value(column.name)} >= date '{sent_on + dt.timedelta(days=1)}'"
    return _fault(column, "is after the day of sending", f"at most {sent_on}, the manifest's sent_on", where)


def _no_identifier(column: Column) -> str:
    """A name or a certificate number under the heading of an id: it would get into the lake as one."""
    value = tidy(column.name)
    certificates = (
        f"file_no in (select file_no from delivered group by file_no having {of_certificates_sql(value)}) "
        f"and {is_certificate_sql(value)}"
    )
    where = f"{value} is not null and (not {is_id_sql(value)} or {is_damaged_sql(value)} or ({certificates}))"
    return _fault(column, "is no identifier", EXPECTED_ID, where)


def _negative_amounts(table: Table, present: set[str]) -> Iterator[str]:
    if (rule := table.negative_only_where) is None:
        return
    flags = ", ".join(map(quote, rule.values))
    allowed = f"coalesce({tidy(rule.column)} in ({flags}), false)"
    for column in (table.column(name) for name in rule.of if name in present):
        negative = f"coalesce({rule_of(column).value(column.name)} < 0, false)"
        expected = f"a negative amount only where {rule.column} is {' or '.join(rule.values)}"
        yield _fault(column, "is negative", expected, f"{negative} and not {allowed}")


def key_parts(table: Table) -> list[str]:
    """SQL of a row's key: 1 and １ are one key; what does not parse is told apart by its text."""
    parts = []
    for column in map(table.column, table.unique_key):
        value = f"coalesce({_comparable(column)}, {tidy(column.name)})"
        parts.append(token_sql(value) if column.pii == "token" else value)
    return parts


def _comparable(column: Column) -> str:
    return rule_of(column).comparable(column.name)


def _contradictions(table: Table) -> Iterator[str]:
    """Rows that contradict each other: it cannot be told which is right, so both are put aside."""
    if table.unique_key:
        key = " || ' · ' || ".join(
            f"coalesce({trimmed(shown(table, column))}, '')" for column in map(table.column, table.unique_key)
        )
        yield (
            f"select file_no, source_line, {quote(', '.join(table.unique_key))}, {key}, 'stands twice', 'one row a key' "
            f"from delivered qualify count(*) over (partition by {', '.join(key_parts(table))}) > 1"
        )
    if rule := table.one_value:
        names = [*rule.within, *rule.address]
        address = ", ".join(tidy(name) for name in names)
        value = _comparable(table.column(rule.value_column))
        yield (
            f"select file_no, source_line, {quote(rule.value_column)}, {tidy(rule.value_column)}, "
            f"'one address with two values in one table', "
            f"{quote('one value for the same ' + ', '.join(names))} from delivered "
            f"where {tidy(rule.within[-1])} is not null and {value} is not null "
            f"qualify min({value}) over (partition by {address}) <> max({value}) over (partition by {address})"
        )
