"""Real Data Docs of Great Expectations, made to open without a network."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pytest

from expectations.duckdb_dialect import warehouse_url
from expectations.offline_docs import (
    CONTENT_SECURITY_POLICY,
    VENDOR_SOURCE,
    VENDORED,
    ExternalAssetError,
    make_offline,
)

# Written apart from the module's own reading of HTML on purpose: any tag but <a> that names another host.
EXTERNAL_TAG = re.compile(r"<(?!a\b)[a-z]+\b[^>]*?\b(?:src|href|srcset|data)\s*=\s*[\"']?(?:https?:)?//", re.I)
EXTERNAL_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?\s*(?:https?:)?//", re.I)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Data Docs as Great Expectations writes them."""
    folder = tmp_path_factory.mktemp("docs")
    database = folder / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table claim as select i as id, nullif(i, 3) as fee from range(10) t(i)")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.add_data_docs_site(
        site_name="local",
        site_config={
            "class_name": "SiteBuilder",
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder / "site"),
            },
        },
    )
    source = context.data_sources.add_sql("warehouse", connection_string=warehouse_url(database))
    batch = source.add_table_asset("claim", table_name="claim").add_batch_definition_whole_table("all")
    checks = [
        gxe.ExpectColumnValuesToNotBeNull(column="fee"),
        gxe.ExpectColumnValuesToBeUnique(column="id"),
    ]
    suite = context.suites.add(gx.ExpectationSuite(name="facts.claim", expectations=checks))
    definition = gx.ValidationDefinition(name="claim", data=batch, suite=suite)
    checkpoint = gx.Checkpoint(name="claim", validation_definitions=[context.validation_definitions.add(definition)])
    context.checkpoints.add(checkpoint).run()
    context.build_data_docs(site_names=["local"])
    source.get_engine().dispose()
    source.get_execution_engine().engine.dispose()
    return folder / "site"


@pytest.fixture
def site(generated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(generated, tmp_path / "site")


def external_references(site: Path) -> list[str]:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    sheets = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    found = [m.group() for text in pages.values() for m in EXTERNAL_TAG.finditer(text)]
    return found + [m.group() for text in (pages | sheets).values() for m in EXTERNAL_CSS.finditer(text)]


def insert(page: Path, markup: str) -> str:
    """Put something into a page's head and return the page's new text."""
    text = page.read_text(encoding="utf-8").replace("</head>", f"{markup}\n</head>", 1)
    page.write_text(text, encoding="utf-8")
    return text


def test_nothing_external_is_left(site: Path) -> None:
    assert external_references(site), "GX's own pages are expected to need the network"
    report = make_offline(site)
    assert external_references(site) == []
    assert report.pages == len(list(site.rglob("*.html"))) == 3
    assert report.replaced == 12 * report.pages
    assert report.dropped >= 5 * report.pages
    assert report.vendor_bytes < 1_500_000


def test_every_local_asset_of_every_page_exists(site: Path) -> None:
    make_offline(site)
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        local = re.findall(r"<(?:script|link)[^>]*?(?:src|href)=\"([^\"]+/vendor/[^\"]+|static/vendor/[^\"]+)", text)
        assert len(local) == 13
        assert [name for name in local if not (page.parent / name).is_file()] == []
        assert "integrity=" not in text
        assert text.count(CONTENT_SECURITY_POLICY) == 1
        assert "newsletter" not in text
    for sheet in (site / "static" / "vendor").rglob("*.css"):
        urls = re.findall(r"url\([\"']?([^)\"']+)", sheet.read_text(encoding="utf-8"))
        missing = [u for u in urls if not u.startswith("data:") and not (sheet.parent / u).is_file()]
        assert missing == [], sheet


def test_a_second_call_changes_nothing(site: Path) -> None:
    make_offline(site)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    report = make_offline(site)
    assert (report.replaced, report.dropped) == (0, 0)
    assert before == {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<script src="https://code.jquery.com/jquery-9.0.0.min.js"></script>', "jquery-9.0.0"),
        ("<script async src=//cdn.example.org/a.js></script>", "//cdn.example.org/a.js"),
        ("<LINK REL=stylesheet HREF='HTTP://cdn.example.org/a.css'>", "HTTP://cdn.example.org/a.css"),
        ('<link rel="preconnect" href="https://fonts.example.org">', "https://fonts.example.org"),
        ('<img src="x.png" srcset="x.png 1x, https://img.example.org/x2.png 2x">', "img.example.org"),
        ('<img src="https://code.jquery.com/jquery-3.7.1.min.js">', "jquery-3.7.1"),
        ('<iframe src="https://example.org/"></iframe>', "https://example.org/"),
        ('<base href="https://example.org/">', "https://example.org/"),
        ('<meta http-equiv="refresh" content="0; url=https://example.org/">', "https://example.org/"),
        ('<a href="x.html" ping="https://track.example.org/">x</a>', "https://track.example.org/"),
        ("<style>@import 'https://fonts.example.org/a.css';</style>", "fonts.example.org"),
        ("<style>b{background:url( https://example.org/b.png )}</style>", "https://example.org/b.png"),
        ("<p style=\"background:url('//example.org/b.png')\">x</p>", "//example.org/b.png"),
        ("<script>vegaEmbed('#chart', {})</script>", "vegaEmbed"),
    ],
)
def test_an_unknown_external_asset_is_an_error_naming_page_and_address(site: Path, markup: str, url: str) -> None:
    page = next(site.glob("validations/**/*.html"))
    text = insert(page, markup)
    with pytest.raises(ExternalAssetError) as error:
        make_offline(site)
    assert page.relative_to(site).as_posix() in str(error.value)
    assert url in str(error.value)
    assert page.read_text(encoding="utf-8") == text, "nothing is written when a page cannot be made offline"
    assert not (site / "static" / "vendor").exists()


def test_an_external_address_in_a_style_sheet_of_the_site_is_an_error(site: Path) -> None:
    (site / "static" / "styles" / "own.css").write_text("@import '//example.org/a.css';", encoding="utf-8")
    with pytest.raises(ExternalAssetError, match=r"static/styles/own\.css: //example\.org/a\.css"):
        make_offline(site)


def test_plain_links_and_text_stay(site: Path) -> None:
    page = site / "index.html"
    link = '<a href="https://example.org/">https://example.org/</a>'
    kept = f'<p title="https://a.org">见 {link}<!-- //x.org --></p>'
    insert(page, kept)
    make_offline(site)
    assert kept in page.read_text(encoding="utf-8")


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no Data Docs pages"):
        make_offline(tmp_path)


def test_every_vendored_package_comes_with_its_licence() -> None:
    packages = {name.split("/")[0] for names in VENDORED.values() for name in names}
    assert packages == {path.name for path in VENDOR_SOURCE.iterdir() if path.is_dir()}
    assert [name for name in packages if not list((VENDOR_SOURCE / name).glob("LICENSE*"))] == []
