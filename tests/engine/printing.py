"""Write down a tiny document in a few words: figures by name, measure, text and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.engine.figures import Document, read_figure


@dataclass(frozen=True)
class F:
    """A printed figure: its measure, the text and unit, where it stands; `name` is what an expectation calls it."""

    name: str
    measure: str
    text: str | None
    unit: str
    table: str | None = None
    qualifier: str | None = None
    direction: str | None = None
    at: tuple[tuple[str, Any], ...] = ()


def fig(name: str, measure: str, text: str | None, unit: str, table: str | None = None, **rest: Any) -> F:
    return F(name, measure, text, unit, table, rest.pop("qualifier", None), rest.pop("direction", None), tuple(rest.items()))


def visits(name: str, text: str | None, table: str | None = None, unit: str = "人次", **at: Any) -> F:
    return fig(name, "visits", text, unit, table, **at)


def levels(text_or_table: str | None, measure: str, unit: str, whole: str, *parts: str) -> list[F]:
    """A whole and its parts by institution level."""
    names = ("tertiary", "secondary", "primary", "unrated")
    return [
        fig("whole", measure, whole, unit, text_or_table),
        *(fig(n, measure, part, unit, text_or_table, institution_level=n) for n, part in zip(names, parts, strict=False)),
    ]


def twice(first: tuple, second: tuple, measure: str = "total_cost") -> list[F]:
    """The same address printed twice: (text, unit, qualifier) of either."""
    return [
        fig(name, measure, text, unit, qualifier=rest[0] if rest else None)
        for name, (text, unit, *rest) in (("first", first), ("second", second))
    ]


# (figure, family, rule): status; None: there is no such check
Expected = dict[tuple[str, str, str], str | None]
ROLL_UP = ("whole", "roll_up", "institution_level")
BOUND = ("whole", "bound", "institution_level")
AREAS = ("in_county", "in_city", "in_province", "out_of_province")
GROWTH = ("growth", "formula", "visits_growth")
SAME = "same_address"


def growth(last: str | None, this: str, printed: str, **rest: Any) -> list[F]:
    return [
        visits("last", last, rest.pop("table", None), period="2024H1", unit=rest.pop("last_unit", "人次")),
        visits("this", this, unit=rest.pop("this_unit", "人次")),
        fig("growth", "visits_growth", printed, "%", **rest),
    ]


def share(printed: str, part: str = "575", of: str = "1000") -> list[F]:
    return [
        visits("part", part, institution_level="tertiary"),
        visits("of", of),
        fig("share", "visits_share_of_levels", printed, "%", institution_level="tertiary"),
    ]


SHARE = ("share", "formula", "visits_share_of_levels")
SHARES = ("12.34", "37.66", "21.11")


def document_of(name: str, figures: list[F]) -> tuple[Document, dict[str, str]]:
    """The document of a case, and the id of each of its figures by name."""
    document = Document(name)
    ids = {}
    for figure in figures:
        printed = read_figure(figure.text, figure.unit, figure.qualifier, figure.direction)
        ids[figure.name] = document.add(figure.measure, printed, figure.table, **dict(figure.at))
        if figure.table == "T0":
            document.blank_means["T0"] = "zero"
    return document, ids
