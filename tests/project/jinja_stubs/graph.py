"""What sqlfluff puts for dbt's `graph`: every model that is asked for has one column of numbers and says nothing more."""

from types import SimpleNamespace


class _AnyName:
    """Equal to whatever name is looked for."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


_COLUMNS = {"visits": SimpleNamespace(name="visits", data_type="bigint")}
nodes = {"any": SimpleNamespace(resource_type="model", name=_AnyName(), config=SimpleNamespace(meta={}), columns=_COLUMNS)}
