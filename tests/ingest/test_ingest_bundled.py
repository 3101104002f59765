"""The five bundled deliveries load whole: the lake holds exactly the rows of their files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from flows.errors import ExitCode
from flows.ingest.flow import IngestReport, ingest
from tests.ingest.deliveries import PUBLISHED, Load, assert_nothing_lost, read_csv

FOLDERS = sorted(path for path in PUBLISHED.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def ingested(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, Path]:
    lake = tmp_path_factory.mktemp("bundled") / "lake"
    return ingest(PUBLISHED, lake), lake


def test_all_five_load_without_a_row_in_quarantine(ingested: tuple[IngestReport, Path]) -> None:
    report, _ = ingested
    assert [load.error for load in report.refused] == []
    assert [load.folder for load in report.loaded] == FOLDERS
    assert len(FOLDERS) == 5
    assert (report.quarantined, report.exit_code) == (0, ExitCode.OK)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_lake_holds_exactly_the_rows_of_the_files(ingested: tuple[IngestReport, Path], folder: Path) -> None:
    report, lake = ingested
    (loaded,) = (Load(load, lake) for load in report.loaded if load.folder == folder)
    assert_nothing_lost(folder, loaded)
    for path in folder.glob("*.csv"):
        delivered = read_csv(path)
        in_lake = loaded.rows(path.stem)
        assert [row.pop("source_file") for row in in_lake] == [path.name] * len(delivered)
        assert [row.pop("source_line") for row in in_lake] == list(range(2, len(delivered) + 2))
        added = [(row.pop("value_number", None), row.pop("value_decimals", None)) for row in in_lake]
        shown = [{name: "" if v is None else str(v) for name, v in row.items()} for row in in_lake]
        assert shown == [{name: text.strip() for name, text in row.items()} for row in delivered]
        for row, (number, decimals) in zip(delivered, added, strict=True):
            if plain := row.get("value", "").replace(",", "").strip():
                assert (number, decimals) == (Decimal(plain), len(plain.partition(".")[2]))
            else:
                assert (number, decimals) == (None, None)
