"""The command line: what it prints, the code it ends with, and the lock that lets one run write at a time."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from flows import errors
from flows.errors import ExitCode, MedfundError
from flows.ingest.lake import loaded_batches
from flows.ingest.manifest import find_deliveries
from flows.settings import PROJECT_DIR, Settings
from tests.conftest import environment_of
from tests.flows.runs import INSTALLED, PUBLISHED, in_other_process, medfund

HUNAN = PUBLISHED / "hunan_city_2025h1_work_summary"

HOLD_THE_LOCK = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


# a shell that starts tests in the background lets them and what they start ignore Ctrl-C
RUN_AT_A_TERMINAL = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["medfund", "run"]
from flows.cli import main
main()
"""


@pytest.fixture
def holder(use_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of this test's warehouse."""
    settings = use_settings(tmp_path, landing=tmp_path / "landing", lock_timeout_seconds=0.2)
    settings.state.mkdir(parents=True)
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(settings.state / "run.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.communicate("\n", timeout=30)


def test_a_run_that_is_stopped_by_hand_says_so_and_leaves_whole_batches(
    prefect: None, use_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = use_settings(tmp_path)
    with subprocess.Popen([sys.executable, "-c", RUN_AT_A_TERMINAL], stderr=subprocess.PIPE, text=True) as process:
        said = next(line for line in process.stderr if line.startswith("loaded"))
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=60)[1]
    assert process.returncode == ExitCode.UNEXPECTED == 1, said
    assert said.endswith("stopped; the published warehouse is as it was\n"), said
    assert not settings.warehouse.exists()
    assert not list((settings.lake / ".incoming").iterdir())
    loaded = loaded_batches(settings.lake)
    assert 0 < len(loaded) < len(find_deliveries(settings.landing))
    assert {batch.batch_id for batch in loaded} == {
        path.name.removeprefix("batch_id=") for path in settings.lake.glob("*/*/batch_id=*")
    }


def test_help_names_every_command() -> None:
    ended = in_other_process(str(INSTALLED), "--help")
    assert ended.code == 0, ended.said
    for command in ("run", "ingest", "transform", "validate", "publish", "manifest", "docs"):
        assert re.search(rf"\b{command}  ", ended.out), command


@pytest.mark.parametrize(
    "arguments", [["rum"], ["run", "--farce"], ["manifest"], ["manifest", "folder", "--source", "published"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert medfund(*arguments).code == ExitCode.USAGE == 2


def test_impossible_setting_ends_with_2_and_names_its_variable(use_settings: Callable[..., Settings], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="threads"):
        use_settings(tmp_path, threads="many")
    ended = medfund("publish")
    assert ended.code == 2
    assert ended.err.startswith("MEDFUND_THREADS: Input should be a valid integer")
    assert "not 'many'" in ended.err


def test_manifest_that_one_writes_oneself_is_loaded(
    prefect: None, use_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    delivery = tmp_path / "landing" / "mine"
    shutil.copytree(HUNAN, delivery)
    (delivery / "manifest.yml").unlink()
    ended = in_other_process(
        *(str(INSTALLED), "manifest", str(delivery), "--source", "published", "--region", "hunan_city"),
        *("--period", "2025H1", "--note", "转录"),
    )
    assert ended.code == 0, ended.said
    assert f"wrote {delivery / 'manifest.yml'}" in ended.err
    written = yaml.safe_load((delivery / "manifest.yml").read_text(encoding="utf-8"))
    bundled = yaml.safe_load((HUNAN / "manifest.yml").read_text(encoding="utf-8"))
    assert (written["delivery"], written["revision"], written["note"]) == ("mine", 1, "转录")
    assert [(f["name"], f["rows"], f["sha256"]) for f in sorted(written["files"], key=lambda f: f["name"])] == [
        (f["name"], f["rows"], f["sha256"]) for f in sorted(bundled["files"], key=lambda f: f["name"])
    ]
    use_settings(tmp_path, landing=tmp_path / "landing")
    ended = medfund("ingest")
    assert ended.code == 0, ended.said
    assert "loaded   mine revision 1: 79 rows" in ended.err


def test_ingest_ends_with_3_while_a_delivery_is_refused(prefect: None, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(HUNAN, landing / "good")
    (landing / "without_manifest").mkdir()
    shutil.copyfile(HUNAN / "figures.csv", landing / "without_manifest" / "figures.csv")
    variables = environment_of(tmp_path, landing=landing)
    ended = in_other_process(str(INSTALLED), "ingest", **variables)
    assert ended.code == ExitCode.DELIVERY_REFUSED == 3, ended.said
    assert f"{landing / 'without_manifest'}: there is no manifest.yml" in ended.err
    assert "a delivery was refused (exit code 3); the others are loaded" in ended.err
    assert len(list((tmp_path / "lake" / "published" / "figures").glob("*/data.parquet"))) == 1


def test_second_run_ends_with_7_and_names_the_lock(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    lock = tmp_path / "warehouse" / "state" / "run.lock"
    ended = in_other_process(str(INSTALLED), "run")
    assert ended.code == ExitCode.LOCKED == 7, ended.said
    assert f"Locked: another medfund run is at work (it holds {lock})" in ended.err
    assert "MEDFUND_LOCK_TIMEOUT_SECONDS" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["run", "ingest", "transform", "validate", "publish", "docs"])
def test_every_command_that_writes_takes_the_lock(holder: subprocess.Popen[str], command: str) -> None:
    assert medfund(command).code == ExitCode.LOCKED


def test_lock_of_a_killed_run_is_free(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    assert medfund("publish").code == ExitCode.LOCKED
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=30)
    assert (tmp_path / "warehouse" / "state" / "run.lock").exists()
    assert medfund("publish").code == ExitCode.BUILD_FAILED  # it came to the build, which is not there


def test_readme_lists_the_exit_codes() -> None:
    lines = iter((PROJECT_DIR / "README.md").read_text(encoding="utf-8").splitlines())
    heading = next(line for line in lines if re.match(r"\| *code *\|", line))
    columns = [cell.strip() for cell in heading.strip("|").split("|")]
    table = itertools.takewhile(lambda line: line.startswith("|"), lines)
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table if re.match(r"\| *\d+ *\|", line)]
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    assert {int(row["code"]): row["name"] for row in rows} == {code.value: code.name for code in ExitCode}
    assert len(rows) == len(ExitCode)
    assert all(row["meaning"] for row in rows)


def test_each_error_has_an_exit_code_of_its_kind() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MedfundError)]
    codes = {kind.__name__: kind.exit_code for kind in kinds}
    assert codes == {
        "MedfundError": ExitCode.UNEXPECTED,
        "UsageError": ExitCode.USAGE,
        "DeliveryRefusedError": ExitCode.DELIVERY_REFUSED,
        "BuildFailedError": ExitCode.BUILD_FAILED,
        "ChecksFailedError": ExitCode.CHECKS_FAILED,
        "LockedError": ExitCode.LOCKED,
        "ContractError": ExitCode.USAGE,
    }


@pytest.mark.parametrize(
    "command",
    [("findings",), ("explain", "0123456789ab"), ("trace", "inpatient_by_level", "--where", "true"), ("allocate",)],
    ids=lambda command: command[0],
)
def test_what_reads_the_warehouse_says_so_where_nothing_is_published_yet(use_settings, tmp_path: Path, command) -> None:
    settings = use_settings(tmp_path)
    ended = medfund(*command)
    assert ended.code == 2, ended.said
    assert f"{settings.warehouse} is not there: run `medfund run` first" in ended.err


def test_a_number_of_claims_below_none_is_a_wrong_use(warehouse: Settings) -> None:
    ended = medfund("trace", "inpatient_by_level", "--where", "true", "--limit=-1")
    assert ended.code == 2, ended.said
    assert "--limit" in ended.said


def test_two_warehouses_cannot_write_to_one_lake_at_once(use_settings: Callable[..., Settings], tmp_path: Path) -> None:
    settings = use_settings(tmp_path, landing=tmp_path / "landing", lock_timeout_seconds=0.2)
    lock = settings.lake.with_name(".lake.lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        ended = medfund("ingest")
        process.communicate("\n", timeout=30)
    assert ended.code == ExitCode.LOCKED == 7, ended.said
    assert f"it holds {lock}" in ended.err


def test_a_run_whose_own_server_is_stopped_with_it_ends_within_a_minute(
    use_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """As Ctrl-C at a terminal does it: every process of the run hears it."""
    use_settings(tmp_path)
    command = ["env", "-u", "PREFECT_API_URL", sys.executable, "-c", RUN_AT_A_TERMINAL]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        said = next(line for line in process.stderr if line.startswith("loaded"))
        os.killpg(process.pid, signal.SIGINT)
        said += process.communicate(timeout=60)[1]
    assert process.returncode == ExitCode.UNEXPECTED == 1, said
    assert "stopped; the published warehouse is as it was\n" in said
