"""What sqlfluff puts for dbt's own macros (`dbt.hash`, …), so that linting needs neither dbt nor a database.

Each stub gives SQL of the shape that dbt would. One that is missing here is reported by sqlfluff as an
undefined template variable.
"""


def type_string() -> str:
    return "varchar"


def type_numeric() -> str:
    return "decimal(28, 6)"


def type_int() -> str:
    return "integer"


def type_bigint() -> str:
    return "bigint"


def type_boolean() -> str:
    return "boolean"


def type_timestamp() -> str:
    return "timestamp"


def hash(field: str) -> str:
    return f"md5(cast({field} as varchar))"


def concat(fields: list[str]) -> str:
    return " || ".join(fields)


def date_trunc(datepart: str, date: str) -> str:
    return f"date_trunc('{datepart}', {date})"


def dateadd(datepart: str, interval: str, from_date_or_timestamp: str) -> str:
    return f"date_add({from_date_or_timestamp}, interval {interval} {datepart})"


def safe_cast(field: str, type: str) -> str:
    return f"cast({field} as {type})"


def datediff(first_date: str, second_date: str, datepart: str) -> str:
    return f"date_diff('{datepart}', {first_date}, {second_date})"


def date_spine(datepart: str, start_date: str, end_date: str) -> str:
    return f"select {start_date} as date_{datepart}"


def last_day(date: str, datepart: str) -> str:
    return f"last_day({date})"
