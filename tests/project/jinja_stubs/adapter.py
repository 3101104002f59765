"""What sqlfluff puts for `adapter.dispatch`: SQL of the shape that DuckDB's implementation gives."""

from collections.abc import Callable

_IMPLEMENTATIONS: dict[str, Callable[..., str]] = {
    "key64": lambda columns: f"hash({', '.join(columns)})",
    "divide": lambda dividend, divisor: f"cast({dividend} / {divisor} as decimal(28, 8))",
    "record_key": lambda column: f"cast(hash({column}) >> 1 as bigint)",
    "monthly_strategy": lambda: "append",
    "monthly_partition": lambda month: "",
    "keyed_strategy": lambda: "delete+insert",
    "together": lambda fields: f"struct_pack({', '.join(f'{name} := {expression}' for name, expression in fields.items())})",
}


def dispatch(name: str, package: str) -> Callable[..., str]:
    return _IMPLEMENTATIONS[name]
