"""What an id and a code look like, as SQL: a name or a certificate number that stands under the heading of one is none.

Where headings are exchanged, or the fields of a record have shifted, they would get into the lake as ids or codes, in clear;
and findings show the codes that no map knows.
"""

from __future__ import annotations

import csv
from functools import cache

from flows.contract import SEEDS_DIR, Column, Table
from flows.ingest.typing_sql import quote

EXPECTED_ID = "an id: Latin letters, digits and signs such as _ - . without spaces, at least one digit, no certificate number"
EXPECTED_PERSON = "a person's number: Latin letters, digits and signs such as _ - . without spaces, at least one digit"
EXPECTED_CODE = "a code: at most 12 Latin letters, digits and signs such as _ - ."
_NAMES_OF_IDS = ("_id", "_eid", "_sn", "rid")
_DIVISIONS = ("insu_admdvs", "fix_blng_admdvs")
_PERSONS = ("psn_no", "init_psn_no")
# codes of the platform that no map translates, and such as are as long as ids
_NAMES_OF_CODES = ("_flag", "_type", "_lv", "_stas", "_way", "_loc")
_SHORT_CODES = ("naty", "psn_setlway", "clct_grde", "insu_idet")
_LONG_CODES = (
    *("fixmedins_code", "emp_no", "poolarea_no", "optins_no", "crte_optins_no", "clr_optins", "hilist_code", "med_list_codg"),
)
_CODE = "[A-Za-z0-9_.+*/-]{1,12}"
_LETTERS = r"[A-Za-z0-9_.:/#|@+=~(){}-]*"
# no name has a digit; a dash is how some write that there is none
_ID = rf"{_LETTERS}[0-9]{_LETTERS}|[-—–/]{{1,2}}"
_PERSON = rf"{_LETTERS}[0-9]{_LETTERS}"
# 6.20725E+13: Excel has lost the rest of it, and many ids become one
_EXPONENT = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+"
# a certificate: division, day of birth, number, check digit (GB 11643)
_CERTIFICATE = "[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identifiers(table: Table) -> list[Column]:
    """Return the ids that reach the lake as they are, of a table whose rows may name a person."""
    return [
        column
        for column in (table.kept if table.holds_persons else [])
        if (column.type, column.pii, column.codes) == ("text", "keep", None)
        and (column.name in table.unique_key or column.name.endswith(_NAMES_OF_IDS))
    ]


@cache
def _mapped_codes() -> frozenset[str]:
    """Return the columns whose codes mean something else in each province: the contract has no list of them, code maps have."""
    with (SEEDS_DIR / "codes" / "code_maps.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code_list"] for row in csv.DictReader(file)).union(_DIVISIONS)


def codes(table: Table) -> list[Column]:
    """Return the codes without a list of their own in the contract, of a table whose rows may name a person.

    Findings show those that no map knows; names and numbers under the heading of any would get into the lake.
    """
    return [
        column
        for column in (table.kept if table.holds_persons else [])
        if (column.type, column.pii, column.codes) == ("text", "keep", None) and _is_code(column.name)
    ]


def _is_code(name: str) -> bool:
    return name in _mapped_codes() or name.endswith(_NAMES_OF_CODES) or name in (*_SHORT_CODES, *_LONG_CODES)


def expected_of(column: Column) -> str:
    """Say what a column of codes may hold."""
    return EXPECTED_ID if column.name in _LONG_CODES else EXPECTED_CODE


def is_person(column: Column) -> bool:
    """Say whether a column holds the numbers that tell persons apart."""
    return column.pii == "token" and column.name in _PERSONS


def is_person_sql(value: str) -> str:
    """SQL that says whether a value has the signs of a person's number; another sign would make another person."""
    return f"regexp_full_match({value}, {quote(_PERSON)})"


def is_damaged_sql(value: str) -> str:
    """SQL that says whether a value is what Excel has left of a long number."""
    return f"(contains({value}, '+') and regexp_full_match({value}, {quote(_EXPONENT)}))"


def is_code_sql(column: Column, value: str) -> str:
    """SQL that says whether a value has the signs of a code of this column and no others."""
    if column.name in _LONG_CODES:
        return f"({is_id_sql(value)} and not {is_certificate_sql(value)})"
    return f"regexp_full_match({value}, {quote(_CODE)})"


def is_id_sql(value: str) -> str:
    """SQL that says whether a value has the signs of an id and no others."""
    return f"regexp_full_match({value}, {quote(_ID)})"


def _has_form_of_certificate(value: str) -> str:
    # a case, not an and: most ids are told by their length, and need no closer look
    return f"case when strlen({value}) = 18 then regexp_full_match({value}, {quote(_CERTIFICATE)}) else false end"


def is_certificate_sql(value: str) -> str:
    """SQL that says whether a value is a certificate number: its check digit is right."""
    # a lambda, not a sum of seventeen terms: planning those takes longer than a look at a small file
    weighted = f"lambda weight, place: weight * (ascii(substring({value}, place, 1)) - 48)"
    digits = f"list_sum(list_transform({list(_WEIGHTS)}, {weighted}))"
    right = f"substring('10X98765432', cast({digits} % 11 as bigint) + 1, 1) = upper(right({value}, 1))"
    return f"(case when {_has_form_of_certificate(value)} then {right} else false end)"


def of_certificates_sql(value: str) -> str:
    """SQL of an aggregate that says whether what has the form of certificates are such.

    Ids of division, day and number have their form, and one in eleven the right check digit; of certificates all have it.
    """
    return (
        f"2 * count(*) filter (where {is_certificate_sql(value)}) > count(*) filter (where {_has_form_of_certificate(value)})"
    )


def strange_ids_sql(table: Table, present: set[str]) -> list[str]:
    """SQL of aggregates, each true where a column of ids holds what is none; for typed rows, in which texts are trimmed."""
    names = [f'"{column.name}"' for column in identifiers(table) if column.name in present]
    return [f"bool_or(not {is_id_sql(name)}) or {of_certificates_sql(name)}" for name in names]


def strange_codes_sql(relation: str, table: Table, present: set[str]) -> list[str]:
    """SQL of conditions, each true where a column of codes in `relation` holds what is none."""
    # of millions of rows, few codes are to be looked at
    distinct = '(select distinct "{}" as code from {})'
    return [
        f"exists (select 1 from {distinct.format(column.name, relation)} where not {is_code_sql(column, 'code')})"
        for column in codes(table)
        if column.name in present
    ]
