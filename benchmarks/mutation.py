"""How many wrong digits does the engine notice? `make mutation` changes one digit of each covered figure and runs the engine.

For every figure that takes part in a check that holds, a copy of its document is made in which that one figure has one digit
changed, by more than rounding allows. Many copies run through the engine at once. A copy counts as detected when a check is
inconsistent in it that was not so in the document as printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.engine import CUBE_TABLES, open_engine, run_engine
from flows.settings import get_settings

COPIES_PER_RUN = 150


@dataclass(frozen=True)
class Mutant:
    """One figure with one digit changed."""

    figure_id: str
    document_id: str
    printed: str
    mutated: str
    difference: Decimal  # in the base unit, signed like the value


@dataclass(frozen=True)
class Score:
    """How many mutants of a document were noticed."""

    document_id: str
    covered: int
    tried: int
    detected: int
    missed: list[Mutant]


def mutate(printed: str, half_unit: Decimal, factor: Decimal, chooser: random.Random) -> tuple[str, Decimal] | None:
    """Change one digit of a printed number by more than rounding allows; None when no digit can be.

    Args:
        printed: the number as printed, "1,234.5".
        half_unit: half a unit of its last digit in the base unit; 0 when it is exact.
        factor: base units in one printed unit.
        chooser: picks the digit and its new value.

    """
    places = [place for place, sign in enumerate(printed) if sign.isdigit()]
    options = []
    for place in places:
        for digit in "0123456789":
            mutated = printed[:place] + digit + printed[place + 1 :]
            difference = (Decimal(mutated.replace(",", "")) - Decimal(printed.replace(",", ""))) * factor
            # two intervals of this width no longer touch
            if abs(difference) > 2 * half_unit and difference != 0:
                options.append((mutated, difference))
    return chooser.choice(options) if options else None


def covered_figures(connection: duckdb.DuckDBPyConnection, document_id: str) -> list[tuple]:
    """Return the figures of a document in a check that holds as printed: id, printed value, half unit, factor."""
    return connection.execute(
        """
        select figures.figure_id, figures.printed_value, figures.half_unit, coalesce(units.factor, 1)
        from facts.fct_published_figures figures
        left join facts.units units on figures.printed_unit = units.unit
        where figures.document_id = ? and figures.value is not null and figures.figure_id in (
            select terms.figure_id from marts.consistency_check_terms terms
            join marts.consistency_checks checks using (check_id) where checks.status in ('consistent', 'rounding')
        )
        order by figures.figure_no
        """,
        [document_id],
    ).fetchall()


def _batches(mutants: list[Mutant]) -> Iterator[list[Mutant]]:
    for start in range(0, len(mutants), COPIES_PER_RUN):
        yield mutants[start : start + COPIES_PER_RUN]


def _detected(connection: duckdb.DuckDBPyConnection, steps: list, document_id: str, mutants: list[Mutant]) -> set[str]:
    """Run one batch of copies; return the ids of the figures whose mutation was noticed."""
    connection.execute("create or replace temp table mutants (copy_no integer, figure_id varchar, difference decimal(28, 8))")
    connection.executemany(
        "insert into mutants values (?, ?, ?)", [(n, m.figure_id, m.difference) for n, m in enumerate(mutants)]
    )
    connection.execute(
        """
        create or replace table facts.fct_published_figures as
        select figures.* replace (
            figures.figure_id || '#' || copies.copy_no as figure_id,
            figures.document_id || '#' || copies.copy_no as document_id,
            cast(value + coalesce(mutants.difference, 0) as decimal(28, 8)) as value,
            cast(value_low + coalesce(mutants.difference, 0) as decimal(28, 8)) as value_low,
            cast(value_high + coalesce(mutants.difference, 0) as decimal(28, 8)) as value_high
        )
        from printed.fct_published_figures figures
        cross join (select copy_no from mutants) copies
        left join mutants on mutants.figure_id = figures.figure_id and mutants.copy_no = copies.copy_no
        where figures.document_id = ?
        """,
        [document_id],
    )
    for table in ("dim_documents", "dim_published_tables"):
        issuer = ", issuer || '#' || copy_no as issuer" if table == "dim_documents" else ""
        connection.execute(
            f"create or replace table facts.{table} as select copied.* "
            f"replace (copied.document_id || '#' || copy_no as document_id{issuer}) "
            f"from printed.{table} copied cross join (select copy_no from mutants) where copied.document_id = ?",
            [document_id],
        )
    # what one issuer defines in his own way holds for the copies of his document as well, each under a name of its own
    connection.execute(
        "create or replace table facts.definitions as select * from printed.definitions where document_id is null "
        "union all select d.* replace (d.definition || '#' || copy_no as definition, "
        "d.document_id || '#' || copy_no as document_id) from printed.definitions d "
        "cross join (select copy_no from mutants) where d.document_id = ?",
        [document_id],
    )
    connection.execute(
        "create or replace table facts.definition_terms as select t.* from printed.definition_terms t "
        "union all select t.* replace (t.definition || '#' || copy_no as definition) from printed.definition_terms t "
        "join printed.definitions d using (definition) cross join (select copy_no from mutants) where d.document_id = ?",
        [document_id],
    )
    run_engine(connection, steps)
    rows = connection.execute(
        """
        select distinct mutants.figure_id
        from marts.consistency_checks checks
        join mutants on mutants.copy_no = cast(split_part(checks.figure_id, '#', 2) as integer)
        where checks.status = 'inconsistent' and not exists (
            select 1 from printed.inconsistent as known
            where known.figure_id = split_part(checks.figure_id, '#', 1)
                and known.family = checks.family and known.rule_id = split_part(checks.rule_id, '#', 1)
        )
        """
    ).fetchall()
    return {figure_id for (figure_id,) in rows}


def _keep_printed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists printed")
    for table in (*CUBE_TABLES, "definitions", "definition_terms"):
        connection.execute(f"create table printed.{table} as from facts.{table}")
    connection.execute(
        "create table printed.inconsistent as select figure_id, family, rule_id from marts.consistency_checks "
        "where status = 'inconsistent'"
    )


def measure(
    warehouse: Path, manifest: Path, sample: int | None = None, seed: int = 20250630, documents: list[str] | None = None
) -> list[Score]:
    """Mutate the covered figures of each document, or a sample of so many, and score what the engine notices."""
    connection, steps = open_engine(warehouse, manifest)
    run_engine(connection, steps)
    _keep_printed(connection)
    chooser = random.Random(seed)
    wanted = documents or [
        d for (d,) in connection.execute("select document_id from facts.dim_documents order by all").fetchall()
    ]
    covered = {document_id: covered_figures(connection, document_id) for document_id in wanted}
    scores = []
    for document_id, figures in covered.items():
        mutants = []
        for figure_id, printed, half_unit, factor in figures:
            changed = mutate(printed, half_unit, factor, chooser)
            if changed:
                mutants.append(Mutant(figure_id, document_id, printed, *changed))
        if sample is not None and len(mutants) > sample:
            mutants = chooser.sample(mutants, sample)
        found: set[str] = set()
        for batch in _batches(mutants):
            found |= _detected(connection, steps, document_id, batch)
            print(f"  {document_id}: {len(found)} noticed so far", file=sys.stderr)
        missed = [mutant for mutant in mutants if mutant.figure_id not in found]
        scores.append(Score(document_id, len(figures), len(mutants), len(found), missed))
    connection.close()
    return scores


def main() -> None:
    """Print the mutation score of each document, and the mutants that were not noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="mutants a document; every covered figure if left out")
    parser.add_argument("--document", action="append", help="only this document; may be repeated")
    parser.add_argument("--seed", type=int, default=20250630)
    arguments = parser.parse_args()
    settings = get_settings()
    started = time.perf_counter()
    scores = measure(
        settings.warehouse, settings.dbt_target / "manifest.json", arguments.sample, arguments.seed, arguments.document
    )
    for score in scores:
        share = 100 * score.detected / score.tried if score.tried else 0
        print(f"{score.document_id:<42} covered {score.covered:>5}  tried {score.tried:>5}  noticed {share:6.2f} %")
        for mutant in score.missed:
            print(f"    missed: {mutant.figure_id} {mutant.printed} -> {mutant.mutated}")
    tried, detected = sum(s.tried for s in scores), sum(s.detected for s in scores)
    print(f"in all {detected} of {tried} = {100 * detected / max(tried, 1):.2f} % in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
