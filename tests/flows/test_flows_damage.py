"""Files that were lost or damaged behind the flows' back: a run notices, says so, and heals what it can."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from flows.errors import BuildFailedError, LockedError, UsageError
from flows.pipeline.policy import fingerprint, is_up_to_date, last_run, write_last_run
from flows.published import open_published
from flows.settings import Settings
from flows.transform.build_file import begin_anew_if_damaged, require_build
from flows.validate.checkpoint import SUITES_DIR, load_suites, run_checkpoint
from tests.flows.runs import medfund

GARBAGE = b"no database " * 1000
RULE = "lake_holds_what_was_loaded"


def _files_suite() -> list[dict]:
    return [suite for suite in load_suites(SUITES_DIR) if suite["name"] == "staging.stg_ingest__files"]


def test_file_of_the_lake_that_was_lost_is_noticed(spare_lake: Settings, tmp_path: Path) -> None:
    """Its rows are fewer, and everything that is made from them adds up."""
    with duckdb.connect(str(spare_lake.build_warehouse)) as connection:
        # the views of the session's build look at the session's lake
        views = connection.execute("select view_name, sql from duckdb_views() where schema_name = 'raw'").fetchall()
        for _, sql in views:
            connection.execute(
                sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW").replace(_lake_of(sql), str(spare_lake.lake))
            )

    def outcome() -> object:
        found = run_checkpoint(spare_lake.build_warehouse, _files_suite(), "run", tmp_path / "docs")
        return next(o for o in found if o.rule == RULE)

    assert (outcome().status, outcome().severity) == ("passed", "critical")
    before = fingerprint(spare_lake)
    lost = sorted(spare_lake.lake.glob("published/figures/batch_id=*/*.parquet"))[0]
    lost.unlink()
    (row,) = outcome().failing_rows
    assert (row["a_batch"], row["b_table"], row["d_in_the_lake"]) == (
        lost.parent.name.removeprefix("batch_id="),
        "figures",
        "0",
    )
    assert int(row["c_loaded"]) > 0
    assert fingerprint(spare_lake) != before


def _lake_of(sql: str) -> str:
    """Return the lake that a view reads, of one that reads any."""
    return sql.split("read_parquet('")[1].rsplit("/", 4)[0] if "read_parquet('" in sql else "\0"


def test_published_warehouse_that_cannot_be_opened_is_not_up_to_date(spare: Settings) -> None:
    spare.data_docs.mkdir(parents=True)
    (spare.data_docs / "index.html").touch()
    write_last_run(spare, {"fingerprint": fingerprint(spare)})
    assert is_up_to_date(spare)
    spare.warehouse.write_bytes(GARBAGE)
    assert last_run(spare) is None
    assert not is_up_to_date(spare)
    with pytest.raises(UsageError, match=r"medfund\.duckdb cannot be opened: .* `medfund run` publishes it anew"):
        open_published(spare.warehouse)
    ended = medfund("findings")
    assert (ended.code, "Traceback" in ended.said) == (2, False)


def test_build_that_cannot_be_opened_is_begun_anew_by_a_build_and_told_by_the_others(spare: Settings) -> None:
    begin_anew_if_damaged(spare.build_warehouse)
    assert spare.build_warehouse.exists()
    spare.build_warehouse.write_bytes(GARBAGE)
    with pytest.raises(BuildFailedError, match=r"cannot be read: .* Run `medfund transform`"):
        require_build(spare.build_warehouse)
    for command in ("validate", "publish"):
        ended = medfund(command)
        assert (ended.code, "Traceback" in ended.said) == (5, False), ended.said
    begin_anew_if_damaged(spare.build_warehouse)
    assert not spare.build_warehouse.exists()


def test_build_that_somebody_has_open_is_left_alone(spare: Settings) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(spare.build_warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "open\n"
        with pytest.raises(LockedError, match="another program has it open"):
            begin_anew_if_damaged(spare.build_warehouse)
        process.communicate("\n", timeout=30)
    assert spare.build_warehouse.exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("warehouse", "/tmp", "MEDFUND_WAREHOUSE: Value error, is a folder"),
        ("memory_limit", "0GB", "MEDFUND_MEMORY_LIMIT: Value error, is no memory"),
        ("state", "/proc/none/state", "FileNotFoundError"),
    ],
)
def test_wrong_settings_end_with_2_and_without_a_traceback(
    use_settings: Callable[..., Settings], tmp_path: Path, name: str, value: str, said: str
) -> None:
    with suppress(ValueError):  # the variable is set by then
        use_settings(tmp_path, **{name: value})
    ended = medfund("run")
    assert (ended.code, "Traceback" in ended.said) == (2, False), ended.said
    assert said in ended.err


def test_output_that_cannot_be_written_ends_with_2(spare: Settings) -> None:
    ended = medfund("findings", "--output", "/proc/none/findings.csv")
    assert (ended.code, "Traceback" in ended.said) == (2, False), ended.said
