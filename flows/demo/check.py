"""Check a folder of demo deliveries: every printed figure recomputed from the files, every identity on every row.

    python -m flows.demo.check DIR

Exit code 1 if a figure that the fit reproduces is not reproduced by the files (at scale 1), or a row breaks a rule.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

from flows.demo.fit import fit
from flows.demo.measure import conform, measure
from flows.demo.registry import Target, targets
from flows.demo.row_rules import broken_rules, make_views
from flows.demo.written import read_back
from flows.reporting import say


def figures_that_fail(connection: duckdb.DuckDBPyConnection) -> list[Target]:
    """Return the printed figures that the files do not give."""
    found = measure(connection)
    values = {v: found.get(v, 0) for t in targets() for v in t.variables()}
    return [t for t in targets() if not t.holds(values)]


def main(folder: Path) -> int:
    """Check a folder and say what was found."""
    started = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        read_back(connection, folder)
        conform(connection)
        make_views(connection)
        say(f"read back in {time.perf_counter() - started:.1f} s")
        broken = broken_rules(connection)
        failing = figures_that_fail(connection)
    for name, count in broken.items():
        say(f"{count:,} rows break: {name}")
    known = {t.figure.seq for t in fit().dropped}
    unexpected = [t for t in failing if t.figure.seq not in known]
    for target in unexpected[:20]:
        say(f"line {target.figure.line}: {target.figure.name} prints {target.figure.printed}; the files do not give it")
    say(
        f"{len(targets()) - len(failing)} of {len(targets())} printed figures are reproduced; {len(known)} no data can give; "
        f"{len(unexpected)} should be and are not. {time.perf_counter() - started:.1f} s"
    )
    return int(bool(broken or unexpected))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        say("usage: python -m flows.demo.check DIR")
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))
