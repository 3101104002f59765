"""dbt on lakes of claims: the project is parsed once a session, each run builds only what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from claims_lake import ClaimsLake
from dbt.contracts.graph.manifest import Manifest

from flows.settings import PROJECT_DIR
from flows.transform.dbt import invoke_dbt

# what fct_claims is made of; upstream models that a lake does not change are built once
MONTHLY = ("bridge_institution_periods", "bridge_records", "bridge_rebuilds", "bridge_repeats", "fct_claims")

# what reads it by months
READERS = ("bridge_persons", "int_operations__claims_of_months", "int_claims__found_by_month")


class ClaimsBuild:
    """A lake and the warehouse that dbt builds from it."""

    def __init__(self, folder: Path, manifest: Manifest, patch: pytest.MonkeyPatch) -> None:
        self.lake = ClaimsLake(folder / "lake")
        self.database = folder / "build.duckdb"
        self._folder, self._manifest, self._patch = folder, manifest, patch

    def dbt(self, *command: str, fingerprint: str = "one", succeeds: bool = True) -> Any:
        """Run a dbt command on this lake and warehouse."""
        self._patch.setenv("MEDFUND_LAKE", str(self.lake.folder))
        self._patch.setenv("MEDFUND_BUILD_WAREHOUSE", str(self.database))
        self._patch.setenv("MEDFUND_CODE_FINGERPRINT", fingerprint)
        places = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
        places += ["--target-path", str(self._folder / "target"), "--log-path", str(self._folder)]
        # a copy: dbt keeps compiled code in the nodes
        outcome = invoke_dbt([*command, *places, "--quiet", "--no-write-json"], manifest=self._manifest.deepcopy())
        if succeeds:
            assert outcome.exception is None, outcome.exception
            faults = [f"{r.node.name}: {r.message}" for r in outcome.result.results if str(r.status) in {"error", "fail"}]
            assert not faults, "\n".join(faults)
        return outcome

    def rebuild(self, readers: bool = False, **options: Any) -> None:
        """Take what the lake holds into fct_claims, and that into what is made from it by months, as a run does."""
        self.dbt("run", "--select", *MONTHLY, *(READERS if readers else ()), **options)

    def break_register(self) -> None:
        """Make the last statement of a run of fct_claims fail: the register has a column that it does not write."""
        self._alter("alter table facts.batches_taken_in add column stray integer")

    def mend_register(self) -> None:
        """Undo it."""
        self._alter("alter table facts.batches_taken_in drop column stray")

    def _alter(self, statement: str) -> None:
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(statement)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def kept_by_months(self) -> dict[str, list[tuple]]:
        """Return the rows of what is made from claims by months, in one order."""
        return {name: self.query(f"select * from staging.{name} order by all") for name in READERS}

    def claims(self) -> list[tuple]:
        """Return every column of every claim, in one order."""
        return self.query("select * from facts.fct_claims order by settlement_id")

    def rebuilt_months(self) -> set[str]:
        """Return the months that the last run planned to rebuild."""
        rows = self.query("select cast(record_month as varchar) from staging.bridge_rebuilds where fact = 'fct_claims'")
        return {month[:7] for (month,) in rows}


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project as dbt parses it."""
    folder = str(tmp_path_factory.mktemp("parsed"))
    places = [
        "--project-dir",
        str(PROJECT_DIR),
        "--profiles-dir",
        str(PROJECT_DIR),
        "--target-path",
        folder,
        "--log-path",
        folder,
    ]
    with pytest.MonkeyPatch.context() as patch:
        # DuckDB names a catalog after its file: every warehouse of these tests is a build.duckdb
        patch.setenv("MEDFUND_BUILD_WAREHOUSE", f"{folder}/build.duckdb")
        outcome = invoke_dbt(["parse", *places, "--quiet"])
    assert outcome.exception is None, outcome.exception
    return outcome.result


@pytest.fixture(scope="session")
def seeded(new_warehouse: Callable[[str], ClaimsBuild]) -> Path:
    """A warehouse with code lists and dimensions and no claims, to start others from."""
    build = new_warehouse("seeded")
    without = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    build.dbt("build", "--select", *(f"+{name}" for name in READERS), *without)
    # nothing is taken in yet: runs that start from here start from nothing
    with duckdb.connect(str(build.database)) as connection:
        for table in ("facts.fct_claims", "staging.bridge_records", *(f"staging.{name}" for name in READERS)):
            connection.execute(f"drop table {table}")
    return build.database


@pytest.fixture(scope="session")
def new_warehouse(tmp_path_factory: pytest.TempPathFactory, manifest: Manifest) -> Iterator[Callable[[str], ClaimsBuild]]:
    """A function that makes an empty lake with no warehouse yet."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda name: ClaimsBuild(tmp_path_factory.mktemp(name), manifest, patch)


@pytest.fixture
def new_build(new_warehouse: Callable[[str], ClaimsBuild], seeded: Path) -> Callable[[], ClaimsBuild]:
    """A function that makes an empty lake with a warehouse that has no claims yet."""

    def make() -> ClaimsBuild:
        build = new_warehouse("claims")
        build.database.write_bytes(seeded.read_bytes())
        return build

    return make
