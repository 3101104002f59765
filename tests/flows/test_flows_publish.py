"""Publishing by one rename: readers have the old file or the new one, whatever happens on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

from flows.errors import BuildFailedError
from flows.publish.flow import copy_aside, publish, swap
from flows.settings import Settings
from tests.flows.runs import assert_lock_is_free, in_other_process, medfund, query, sha256

COUNT = "select count(*) from facts.fct_published_figures"

READER = f"""
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute({COUNT!r}).fetchone()[0], flush=True)
    sys.stdin.readline()
    cells = connection.execute("select count(*) from marts.published_tables").fetchone()[0]
    print(connection.execute({COUNT!r}).fetchone()[0], cells)
"""

KILLED_BEFORE_THE_RENAME = """
import os, pathlib, signal, sys
from flows.publish.flow import copy_aside, swap
sys.addaudithook(lambda event, _: event == "os.rename" and os.kill(os.getpid(), signal.SIGKILL))
copy_aside.fn(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
swap.fn(pathlib.Path(sys.argv[2]))
"""


def _add_a_figure(settings: Settings) -> None:
    with duckdb.connect(str(settings.build_warehouse)) as connection:
        connection.execute("insert into facts.fct_published_figures from facts.fct_published_figures limit 1")


def test_reader_keeps_the_old_file_and_a_new_reader_sees_the_new_one(spare: Settings) -> None:
    (before,) = query(spare.warehouse, COUNT)[0]
    (cells,) = query(spare.warehouse, "select count(*) from marts.published_tables")[0]
    command = [sys.executable, "-c", READER, str(spare.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == f"{before}\n"
        _add_a_figure(spare)
        publish("r1")
        assert query(spare.warehouse, COUNT) == [(before + 1,)]
        new_reader = in_other_process(*command)
        out, _ = reader.communicate("go on\n", timeout=60)
    assert out == f"{before} {cells}\n"
    assert new_reader.out == f"{before + 1}\n{before + 1} {cells}\n"
    assert sha256(spare.warehouse) == sha256(spare.build_warehouse)
    assert_lock_is_free(spare.build_warehouse)


def test_publish_that_was_killed_before_its_rename_does_no_harm(spare: Settings) -> None:
    published = sha256(spare.warehouse)
    _add_a_figure(spare)
    killed = in_other_process(sys.executable, "-c", KILLED_BEFORE_THE_RENAME, str(spare.build_warehouse), str(spare.warehouse))
    assert killed.code == -signal.SIGKILL, killed.said
    aside = spare.warehouse.with_name(".medfund.duckdb.new")
    assert aside.is_file()
    assert sha256(spare.warehouse) == published
    aside.write_bytes(b"half a file" * 1_000_000)
    ended = medfund("publish")
    assert ended.code == 0, ended.said
    assert f"published {spare.warehouse}" in ended.err
    assert sha256(spare.warehouse) == sha256(spare.build_warehouse) != published
    assert not aside.exists()


def test_what_stands_in_the_write_ahead_log_is_published(spare: Settings) -> None:
    (before,) = query(spare.warehouse, COUNT)[0]
    script = (
        "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('insert into facts.fct_published_figures from facts.fct_published_figures limit 1')\n"
        "os._exit(0)"
    )
    assert in_other_process(sys.executable, "-c", script, str(spare.build_warehouse)).code == 0
    assert spare.build_warehouse.with_name(f"{spare.build_warehouse.name}.wal").is_file()
    publish("r1")
    assert query(spare.warehouse, COUNT) == [(before + 1,)]


def test_missing_build_is_an_error_and_leaves_what_is_published(spare: Settings) -> None:
    published = sha256(spare.warehouse)
    spare.build_warehouse.unlink()
    with pytest.raises(BuildFailedError, match=r"medfund\.build\.duckdb is not there: run `medfund transform` first"):
        publish("r1")
    assert sha256(spare.warehouse) == published
    assert not spare.build_warehouse.exists()


def test_folder_of_the_published_warehouse_is_made(spare: Settings) -> None:
    elsewhere = spare.warehouse.parent / "not" / "yet" / "there.duckdb"
    copy_aside(spare.build_warehouse, elsewhere)
    swap(elsewhere)
    assert sha256(elsewhere) == sha256(spare.build_warehouse)


def test_warehouse_is_published_to_another_file_system(spare: Settings) -> None:
    """Between two of them the kernel copies nothing by itself."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        elsewhere = Path(folder) / "there.duckdb"
        assert Path(folder).stat().st_dev != spare.build_warehouse.stat().st_dev, "this test needs two file systems"
        copy_aside(spare.build_warehouse, elsewhere)
        swap(elsewhere)
        assert sha256(elsewhere) == sha256(spare.build_warehouse)
