"""What sqlfluff puts for `adapter.dispatch`: SQL of the shape that DuckDB's implementation gives."""

from collections.abc import Callable

_IMPLEMENTATIONS: dict[str, Callable[..., str]] = {
    "key64": lambda columns: f"hash({', '.join(columns)})",
    "record_key": lambda column: f"cast(hash({column}) >> 1 as bigint)",
    "monthly_strategy": lambda: "delete+insert",
    "monthly_partition": lambda month: "",
}


def dispatch(name: str, package: str) -> Callable[..., str]:
    return _IMPLEMENTATIONS[name]
