"""The command line: `medfund run` and each step of it. Flows do the work; here are arguments and exit codes."""

from __future__ import annotations

import gc
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Literal

import duckdb
from cyclopts import App, Parameter
from cyclopts.validators import Number
from filelock import FileLock, Timeout
from pydantic import ValidationError

from flows.errors import ExitCode, LockedError, MedfundError
from flows.findings import Format
from flows.interrupt import STOPPED, end_soon_when_stopped
from flows.reporting import console, say
from flows.settings import collect_seldom, get_settings, quiet_environment, short_lived_server

_WRONG_PATHS = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)

quiet_environment()
collect_seldom()

app = App(
    name="medfund",
    help="A warehouse of a medical-insurance bureau's figures that add up.",
    version_flags=[],
    # `main` says what a run that is stopped by hand leaves
    suppress_keyboard_interrupt=False,
)


@contextmanager
def _only_writer() -> Iterator[None]:
    """Hold the lock of the lake and the warehouse; the operating system frees it when a run is killed.

    Raises:
        LockedError: another run holds it.

    """
    settings = get_settings()
    settings.state.mkdir(parents=True, exist_ok=True)
    settings.lake.parent.mkdir(parents=True, exist_ok=True)
    # a lake may feed several warehouses
    paths = (settings.state / "run.lock", settings.lake.with_name(f".{settings.lake.name}.lock"))
    try:
        with ExitStack() as locks:
            for path in paths:
                locks.enter_context(FileLock(path, timeout=settings.lock_timeout_seconds))
            locks.enter_context(short_lived_server())
            yield
    except Timeout as error:
        raise LockedError(
            f"another medfund run is at work (it holds {error.lock_file}). Wait for it to end, "
            "or set MEDFUND_LOCK_TIMEOUT_SECONDS to wait longer."
        ) from error


@app.command
def run(*, force: bool = False) -> int:
    """Load what is new, build, check and publish the warehouse.

    Args:
        force: Build everything anew, check and publish, even when nothing is new.

    """
    started = time.perf_counter()
    with _only_writer():
        from flows.pipeline.flow import run_pipeline
        from flows.summary import print_summary

        summary = run_pipeline(force)
    print_summary(summary, started)
    return _said(ExitCode(summary.exit_code))


@app.command
def ingest() -> int:
    """Load the deliveries under MEDFUND_LANDING into the lake."""
    with _only_writer():
        from flows.ingest.flow import ingest_with_settings

        return _said(ingest_with_settings().exit_code)


@app.command
def transform(*, force: bool = False) -> int:
    """Build what has changed of staging, facts and marts from the lake, into the private build file.

    Args:
        force: Build everything anew.

    """
    with _only_writer():
        from flows.history import new_run_id
        from flows.transform.flow import transform as flow

        report = flow(new_run_id(), force)
    say(f"built {report.count('model')} models in {report.seconds:.1f} s: {get_settings().build_warehouse}")
    return ExitCode.OK


@app.command
def validate() -> int:
    """Check the build with Great Expectations, all rows of the lake included."""
    with _only_writer():
        from flows.history import new_run_id
        from flows.validate.flow import validate as flow

        report = flow(new_run_id())
    verdict = report.verdict
    say(f"{len(verdict.passed)} checks hold, {len(verdict.warnings)} warn: {get_settings().data_docs / 'index.html'}")
    return ExitCode.OK


@app.command
def publish() -> int:
    """Put the build in place of the published warehouse, by one rename, without checking it."""
    with _only_writer():
        from flows.history import new_run_id
        from flows.publish.flow import publish as flow

        flow(new_run_id())
    return ExitCode.OK


@app.command
def manifest(
    folder: Path,
    *,
    source: str,
    region: str,
    period: str,
    delivery: str | None = None,
    revision: int = 1,
    note: str | None = None,
    synthetic: bool | None = None,
) -> int:
    """Write the manifest of a delivery that you vouch for: row counts, hashes and control totals of its files.

    Args:
        folder: The delivery; each file is named after the table that it feeds (figures.csv, tables.csv, …).
        source: Source system: published, platform, bureau, department or supervision; its contracts are in models/sources.
        region: Region that sends it, a code of seeds/dimensions/dim_regions.csv.
        period: Period that it covers: a code such as 2025, 2025H1, 2025Q2, 2025M06 or 2025YTD06.
        delivery: Its code, the same for its corrections. Left out: that of the manifest in the folder, else its name.
        revision: 1, and one more for each correction.
        note: What a reader should know. Left out: as the manifest in the folder says.
        synthetic: Whether the figures are made up. Left out: as the manifest in the folder says.

    """
    from flows.ingest.write_manifest import write_manifest

    path = write_manifest(
        folder,
        source=source,
        region=region,
        period=period,
        delivery=delivery,
        revision=revision,
        note=note,
        synthetic=synthetic,
    )
    say(f"wrote {path}")
    return ExitCode.OK


@app.command
def demo(
    *,
    out: Path,
    scale: float = 1.0,
    seed: int = 1,
    charge_lines: float = 0.02,
    only: Literal["all", "settlements"] = "all",
) -> int:
    """Make the demo county: synthetic deliveries of 18 months that reproduce Shandan's published report.

    Args:
        out: New or empty folder for the deliveries.
        scale: Size; 1 is the county of the report, 0.02 a small one for trying out, 10 ten times as many settlements.
        seed: Same seed, same bytes.
        charge_lines: Share of inpatient settlements whose charge lines are delivered too.
        only: settlements leaves out encounters, charge lines and registers.

    """
    from flows.demo.generate import generate

    summary = generate(out, scale=scale, seed=seed, charge_lines=charge_lines, only_settlements=only == "settlements")
    say(summary.words())
    return ExitCode.OK


@app.command
def docs(*, output: Annotated[Path | None, Parameter(help="Folder to copy the page to.")] = None) -> int:
    """Write the documentation of every table and column as one page that needs no internet."""
    from flows.errors import BuildFailedError
    from flows.transform.dbt import run_dbt

    with _only_writer():
        result = run_dbt(get_settings(), "docs", "generate", options=("--static",), show_nodes=False)
    if not result.success:
        raise BuildFailedError(f"dbt docs generate failed: {result.exception}")
    page = get_settings().dbt_target / "static_index.html"
    if output:
        output.mkdir(parents=True, exist_ok=True)
        page = Path(shutil.copyfile(page, output / "index.html"))
    say(f"wrote {page}")
    return ExitCode.OK


@app.command
def findings(*, document: str | None = None, format: Format = "table", output: Path | None = None) -> int:
    """Show the figures of the published documents that do not add up, the furthest outside first.

    Args:
        document: Only this document; its code or the beginning of it.
        format: For a person (table, markdown, xlsx) or a program (csv, json).
        output: File to write to; standard output if left out. xlsx needs one.

    """
    from flows.findings import read_findings, render_findings

    text = render_findings(read_findings(get_settings().warehouse, document), format, output)
    if output and format != "xlsx":
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
        say(f"wrote {output}")
    else:
        sys.stdout.write(text)
    return ExitCode.OK


@app.command
def explain(check_id: str, /) -> int:
    """Show one check: what it says, each term, where it stands, and the arithmetic.

    Args:
        check_id: Code of the check, or the beginning of it; `medfund findings` lists those that fail.

    """
    from flows.findings import explain as explain_check

    sys.stdout.write(explain_check(get_settings().warehouse, check_id))
    return ExitCode.OK


@app.command
def trace(mart: str, /, *, where: str, limit: Annotated[int, Parameter(validator=Number(gte=0))] = 10) -> int:
    """Show the claims under one row of a mart: the query that finds them, and the first of them.

    Args:
        mart: A mart of claims, such as inpatient_by_level.
        where: Condition that picks one row of it: "period = '2025H1' and fund = 'resident' and institution_level = 'primary'".
        limit: How many claims to show.

    """
    from flows.trace import trace as trace_cell

    sys.stdout.write(trace_cell(get_settings().warehouse, mart, where, limit).words())
    return ExitCode.OK


@app.command
def allocate(*, scenario: str = "plan", format: Literal["table", "json", "csv"] = "table") -> int:
    """Show what a scenario of the total budget allocates beside the plan: who gains and who loses. Nothing is published.

    Args:
        scenario: A code of seeds/scenarios/scenarios.csv, or a CSV file of the plan's rows that it changes; see docs/budget.md.
        format: For a person (table, in 万元) or a program (json, csv, in yuan).

    """
    from flows.allocate import allocate as allocate_scenario
    from flows.allocate import render

    sys.stdout.write(render(allocate_scenario(get_settings(), scenario), format))
    return ExitCode.OK


def _said(code: ExitCode) -> int:
    """Say in words why an otherwise good run ends with other than 0."""
    if code is ExitCode.DELIVERY_REFUSED:
        say("[red]a delivery was refused[/] (exit code 3); the others are loaded. What to do stands above.")
    elif code is ExitCode.ROWS_QUARANTINED:
        say(
            "[yellow]rows stand in quarantine[/] (exit code 4): staging.stg_ingest__quarantine names file, line, column "
            "and value. Send a corrected delivery with a higher revision."
        )
    return code


def main() -> None:
    """Run the command line and exit with the code of flows.errors.ExitCode."""
    end_soon_when_stopped()
    try:
        code = app(sys.argv[1:], result_action="return_value")
    except MedfundError as error:
        console.print(f"[red]{type(error).__name__.removesuffix('Error')}[/]: ", end="")
        console.print(str(error), markup=False)
        code = error.exit_code
    except ValidationError as error:
        if error.title != "Settings":
            raise
        faults = "; ".join(f"MEDFUND_{str(e['loc'][0]).upper()}: {e['msg']}, not {e['input']!r}" for e in error.errors())
        console.print(faults, markup=False)
        code = ExitCode.USAGE
    except (OSError, duckdb.IOException) as error:
        console.print(f"[red]{type(error).__name__}[/]: ", end="")
        console.print(f"{str(error).splitlines()[0]}. Is the path right, and may it be written to?", markup=False)
        code = ExitCode.USAGE if isinstance(error, _WRONG_PATHS) else ExitCode.UNEXPECTED
    except KeyboardInterrupt:
        say(STOPPED)
        code = ExitCode.UNEXPECTED
    # else the interpreter looks through all that dbt, Prefect and Great Expectations have made before it ends: up to 2 seconds
    gc.freeze()
    sys.exit(int(code or 0))


if __name__ == "__main__":
    main()
