"""What adds up and is printed as documents print it has no inconsistent check; what is changed beyond rounding has one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.engine import Step, open_engine, run_engine
from flows.settings import Settings
from tests.engine.figures import Document, put
from tests.engine.random_cubes import several_cubes
from tests.engine.random_statements import several_statements

# the same examples every time, so that a run of CI says something about the change and not about luck
ci_stable = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    # nothing is gained by shrinking a seed
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


class Engine:
    """The engine alone, over any documents."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, steps: list[Step]) -> None:
        self.connection = connection
        self.steps = steps

    def run(self, documents: list[Document]) -> None:
        put(self.connection, documents)
        run_engine(self.connection, self.steps)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def inconsistent(self) -> list[tuple[Any, ...]]:
        return self.query(
            "select document_id, table_id, family, rule_id, statement_en, value_low, value_high, allowed_low, allowed_high "
            "from marts.consistency_checks where status = 'inconsistent' order by all"
        )

    def decided(self) -> dict[str, int]:
        return dict(
            self.query("select family, count(*) from marts.consistency_checks where status <> 'undecidable' group by all")
        )


@pytest.fixture(scope="module")
def engine(warehouse: Settings) -> Iterator[Engine]:
    connection, steps = open_engine(warehouse.warehouse, warehouse.dbt_target / "manifest.json")
    yield Engine(connection, steps)
    connection.close()


@ci_stable
@given(documents=several_cubes)
def test_a_cube_that_adds_up_has_no_inconsistent_check(engine: Engine, documents: list[Document]) -> None:
    engine.run(documents)
    assert engine.inconsistent() == []
    assert sum(engine.decided().values()) > 0


@ci_stable
@given(documents=several_statements)
def test_statements_that_follow_each_other_have_no_inconsistent_check(engine: Engine, documents: list[Document]) -> None:
    engine.run(documents)
    assert engine.inconsistent() == []
    assert {"roll_up", "formula"} <= engine.decided().keys()


# A holding check, and one figure of it whose change moves one side by as much: its target, or a term of a plain sum.
_TIGHT = """
    select checks.document_id, check_id, terms.figure_id, terms.role,
        checks.value_high - checks.value_low + allowed_high - allowed_low as room
    from marts.consistency_checks checks
    join marts.consistency_check_terms terms using (check_id)
    join facts.fct_published_figures figures on terms.figure_id = figures.figure_id
    where status in ('consistent', 'rounding') and family <> 'bound' and figures.value is not null
        and (role = 'target' or (role = 'child' and family = 'roll_up'))
    order by all
"""


def _shifted(row: dict[str, Any], room: Decimal, factor: int) -> dict[str, Any]:
    """A figure off by more than all roundings of a check together, by whole steps of its last digit."""
    places = Decimal(1).scaleb(-row["printed_decimals"])
    step = places * (2 * row["half_unit"] / places if row["half_unit"] else 1)
    off = step * ((room / step).to_integral_value(ROUND_CEILING) + 1) * factor
    return row | {name: row[name] + off for name in ("value", "value_low", "value_high")}


@ci_stable
@given(documents=several_cubes, chosen=st.integers(0, 2**32), factor=st.sampled_from((1, -1, 2, 10, -100)))
def test_a_figure_off_by_more_than_rounding_is_noticed(
    engine: Engine, documents: list[Document], chosen: int, factor: int
) -> None:
    engine.run(documents)
    changed = {}
    terms = engine.query(_TIGHT)
    for document in documents:
        tight = [row for row in terms if row[0] == document.name]
        if tight:
            _, _, figure_id, _, room = tight[chosen % len(tight)]
            rows = [_shifted(row, room, factor) if row["figure_id"] == figure_id else row for row in document.rows]
            changed[document.name] = replace(document, rows=rows)
    engine.run([changed.get(document.name, document) for document in documents])
    # the persons enrolled are always printed twice: there is something to change in every document
    assert {row[0] for row in engine.inconsistent()} == changed.keys() == {document.name for document in documents}


@ci_stable
@given(documents=several_cubes, chosen=st.integers(0, 2**32))
def test_the_order_of_the_figures_does_not_matter(engine: Engine, documents: list[Document], chosen: int) -> None:
    chooser = random.Random(chosen)
    shuffled = []
    for document in documents:
        # of two printings that are equally tight the earlier speaks for the address: here there is only one
        once = {(row["address_id"], (row["value_high"] or 0) - (row["value_low"] or 0)): row for row in document.rows}
        document.rows = list(once.values())
        # some are wrong, so that every status turns up
        for row in chooser.sample(document.rows, min(5, len(document.rows))):
            if row["value"] is not None:
                row |= _shifted(row, Decimal(0), chooser.randint(1, 9))
        rows = [dict(row) for row in document.rows]
        chooser.shuffle(rows)
        for number, row in enumerate(rows, 1):
            row |= {"figure_no": number, "figure_id": f"{document.name}:{number}", "document_line": number}
        shuffled.append(replace(document, rows=rows))

    def checks() -> Counter[tuple[Any, ...]]:
        return Counter(
            engine.query(
                "select document_id, family, rule_id, address_id, status "
                "from marts.consistency_checks join facts.fct_published_figures using (figure_id, document_id)"
            )
        )

    engine.run(documents)
    in_order = checks()
    engine.run(shuffled)
    assert checks() == in_order
