"""The documentation of every table and column comes out as one page that needs no internet."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from flows import cli
from flows.settings import Settings


def test_docs_are_one_page_with_every_model(warehouse: Settings, use_settings, tmp_path: Path) -> None:
    settings = use_settings(tmp_path)
    settings.build_warehouse.parent.mkdir(parents=True)
    shutil.copyfile(warehouse.build_warehouse, settings.build_warehouse)

    assert cli.docs(output=tmp_path / "site") == 0

    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    manifest = json.loads((settings.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    models = [node["name"] for node in manifest["nodes"].values() if node["resource_type"] in {"model", "seed"}]
    assert len(models) > 40
    assert [name for name in models if name not in page] == []
    loaded = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](https?:[^\"']+)", page)
    assert loaded == []
