"""Make the Data Docs pages of Great Expectations open without a network.

The pages that Great Expectations (GX 1.24.1) writes load some fifteen files from content networks
(bootstrap, jquery, font-awesome, vega …) and a logo with an identifier in its address. On an intranet they
show bare text. :func:`make_offline` rewrites a generated site in place:

* scripts and style sheets in :data:`VENDORED` are loaded from ``<site>/static/vendor/``, a copy of
  ``expectations/static/vendor/`` (which holds the licences);
* what matches :data:`DROPPED` is taken out: the vega chart libraries (our pages hold no charts; a page that
  does is an error) and GX's logos, which become their ``alt`` text;
* the newsletter and tutorial footers are taken out; ordinary links stay, as they load nothing by themselves;
* **every other external reference is an error** naming page and address, and nothing is written then. So an
  upgrade of GX cannot silently bring the internet back: vendor the new file and add it here;
* a Content-Security-Policy is put into each page, so that a script could not load from elsewhere either.

The call may be repeated on the same site.
"""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

__all__ = ["ExternalAssetError", "OfflineReport", "make_offline"]

VENDOR_SOURCE: Final = Path(__file__).parent / "static" / "vendor"
"""The files we bring along."""

VENDOR_TARGET: Final = Path("static", "vendor")
"""Where they go, relative to the site."""

_TABLE = "bootstrap-table-1.19.1"
_FILTER_CSS = f"{_TABLE}/bootstrap-table-filter-control.min.css"
_UNPKG = "https://unpkg.com/bootstrap-table"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs"

VENDORED: Final[Mapping[str, tuple[str, ...]]] = {
    "https://code.jquery.com/jquery-3.7.1.min.js": ("jquery-3.7.1/jquery.min.js",),
    f"{_CDNJS}/popper.js/1.12.9/umd/popper.min.js": ("popper-1.12.9/popper.min.js",),
    "https://stackpath.bootstrapcdn.com/bootstrap/4.3.1/js/bootstrap.min.js": ("bootstrap-4.3.1/bootstrap.min.js",),
    "https://maxcdn.bootstrapcdn.com/bootstrap/4.3.1/css/bootstrap.min.css": ("bootstrap-4.3.1/bootstrap.min.css",),
    f"{_UNPKG}@1.19.1/dist/bootstrap-table.min.js": (f"{_TABLE}/bootstrap-table.min.js",),
    f"{_UNPKG}@1.19.1/dist/bootstrap-table.min.css": (f"{_TABLE}/bootstrap-table.min.css",),
    f"{_UNPKG}@1.19.1/dist/extensions/filter-control/bootstrap-table-filter-control.min.js": (
        f"{_TABLE}/bootstrap-table-filter-control.min.js",
    ),
    f"{_UNPKG}@1.19.0/dist/extensions/filter-control/bootstrap-table-filter-control.min.css": (_FILTER_CSS,),
    f"{_UNPKG}@1.19.0/dist/extensions/filter-control/bootstrap-table-filter-control.css": (_FILTER_CSS,),
    f"{_CDNJS}/bootstrap-datepicker/1.9.0/js/bootstrap-datepicker.min.js": (
        "bootstrap-datepicker-1.9.0/bootstrap-datepicker.min.js",
    ),
    f"{_CDNJS}/bootstrap-datepicker/1.9.0/css/bootstrap-datepicker.min.css": (
        "bootstrap-datepicker-1.9.0/bootstrap-datepicker.min.css",
    ),
    "https://cdn.jsdelivr.net/npm/@forevolve/bootstrap-dark@1.1.0/dist/css/bootstrap-prefers-dark.css": (
        "bootstrap-dark-1.1.0/bootstrap-prefers-dark.min.css",
    ),
    f"{_CDNJS}/font-awesome/6.6.0/css/all.min.css": (
        "fontawesome-free-6.6.0/css/fontawesome.min.css",
        "fontawesome-free-6.6.0/css/solid.min.css",
    ),
}
"""External address -> the vendored file(s) that stand in for it."""

DROPPED: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(r"https://cdn\.jsdelivr\.net/npm/vega(-lite|-embed)?@\d+"),
    re.compile(r"https://great-expectations-web-assets\.s3\.[a-z0-9-]+\.amazonaws\.com/[\w.-]+(\?.*)?"),
)
"""External addresses (matched in full) that the pages do without."""

CONTENT_SECURITY_POLICY: Final = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' file: data: 'unsafe-inline' 'unsafe-eval'\">"
)

_EXTERNAL = re.compile(r"(?:https?|wss?|ftp):|(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}", re.IGNORECASE)
_LOADING_ATTRIBUTES = frozenset(
    ("src", "href", "srcset", "imagesrcset", "data", "poster", "background", "manifest", "xlink:href", "ping")
)
_ATTRIBUTE = re.compile(r"\s+([^\s=/>\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^)\s]*))\s*\)", re.IGNORECASE)
_CSS_REMAINDER = re.compile(r"(?:https?:)?//[\w.-]+[^\s\"')]*", re.IGNORECASE)


class ExternalAssetError(RuntimeError):
    """A page refers to something on the network that we neither bring along nor drop on purpose."""

    def __init__(self, findings: Sequence[tuple[str, str]]) -> None:
        self.findings = tuple(findings)
        lines = "\n".join(f"  {page}: {url}" for page, url in findings)
        super().__init__(
            f"{len(findings)} external reference(s) in Data Docs without a local stand-in; nothing written:\n"
            f"{lines}\nVendor the file under {VENDOR_SOURCE} and list it in VENDORED, or add it to DROPPED."
        )


@dataclass(frozen=True)
class OfflineReport:
    """What :func:`make_offline` did."""

    pages: int
    """HTML pages looked at."""
    style_sheets: int
    """CSS files of the site looked at (the vendored ones not counted)."""
    replaced: int
    """External references now loaded from the site itself."""
    dropped: int
    """External references taken out."""
    vendor_bytes: int
    """Size of ``static/vendor``."""


def make_offline(site_dir: Path) -> OfflineReport:
    """Rewrite the Data Docs in ``site_dir`` so that they need no network.

    Raises:
        FileNotFoundError: ``site_dir`` holds no page, or a vendored file is missing from the project.
        ExternalAssetError: a page refers to an unknown external address; the site is left as it was.

    """
    pages = sorted(site_dir.rglob("*.html"))
    if not pages:
        raise FileNotFoundError(f"no Data Docs pages in {site_dir}")
    vendor_dir = site_dir / VENDOR_TARGET
    style_sheets = [path for path in sorted(site_dir.rglob("*.css")) if vendor_dir not in path.parents]
    _check_vendored_files()

    rewritten: dict[Path, str] = {}
    findings: list[tuple[str, str]] = []
    replaced = dropped = 0
    for path in [*pages, *style_sheets]:
        text = path.read_bytes().decode("utf-8")
        prefix = os.path.relpath(vendor_dir, path.parent).replace(os.sep, "/")
        result = _rewrite_page(text, prefix) if path.suffix == ".html" else _rewrite_css(text)
        findings += [(path.relative_to(site_dir).as_posix(), url) for url in result.unknown]
        replaced += result.replaced
        dropped += result.dropped
        rewritten[path] = result.text
    if findings:
        raise ExternalAssetError(findings)

    shutil.copytree(VENDOR_SOURCE, vendor_dir, dirs_exist_ok=True)
    for path, text in rewritten.items():
        path.write_bytes(text.encode("utf-8"))
    return OfflineReport(
        pages=len(pages),
        style_sheets=len(style_sheets),
        replaced=replaced,
        dropped=dropped,
        vendor_bytes=sum(path.stat().st_size for path in vendor_dir.rglob("*") if path.is_file()),
    )


@dataclass(frozen=True)
class _Rewritten:
    text: str
    replaced: int = 0
    dropped: int = 0
    unknown: tuple[str, ...] = ()


def _check_vendored_files() -> None:
    missing = [name for names in VENDORED.values() for name in names if not (VENDOR_SOURCE / name).is_file()]
    if missing:
        raise FileNotFoundError(f"not in {VENDOR_SOURCE}: {', '.join(sorted(set(missing)))}")


def _is_external(url: str) -> bool:
    """Tell whether a browser would leave the site for this address (it ignores line ends and tabs in it)."""
    return _EXTERNAL.match(re.sub(r"[\t\r\n]", "", url).strip()) is not None


def _is_dropped(url: str) -> bool:
    return any(pattern.fullmatch(url) for pattern in DROPPED)


def _rewrite_css(css: str) -> _Rewritten:
    """Take known external ``url()`` out of style text; report every other trace of an external address."""
    unknown: list[str] = []
    dropped = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal dropped
        url = next((group for group in match.groups() if group is not None), "")
        if not _is_external(url):
            return match.group()
        if _is_dropped(url):
            dropped += 1
            return "none"
        unknown.append(url)
        return match.group()

    text = _CSS_URL.sub(replace, css)
    # @import "…", image-set("…") and the like
    remainder = _CSS_URL.sub("", _CSS_COMMENT.sub("", text))
    unknown += _CSS_REMAINDER.findall(remainder)
    return _Rewritten(text, dropped=dropped, unknown=tuple(unknown))


def _rewrite_page(text: str, vendor_prefix: str) -> _Rewritten:
    """Rewrite one page; ``vendor_prefix`` leads from the page's folder to the vendored files."""
    rewriter = _PageRewriter(text, vendor_prefix)
    rewritten = rewriter.apply()
    if not rewriter.unknown:
        # The proof that nothing is left is a second look with the same eyes.
        second = _PageRewriter(rewritten, vendor_prefix)
        if second.edits or second.unknown:
            raise AssertionError(f"rewriting is not complete: {second.edits} {second.unknown}")
    return _Rewritten(rewritten, rewriter.replaced, rewriter.dropped, tuple(rewriter.unknown))


class _PageRewriter(HTMLParser):
    """Collects the edits a page needs, as (start, end, new text)."""

    def __init__(self, text: str, vendor_prefix: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.vendor_prefix = vendor_prefix
        self.edits: list[tuple[int, int, str]] = []
        self.unknown: list[str] = []
        self.replaced = 0
        self.dropped = 0
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._style_start: int | None = None
        self._script_start: int | None = None
        self._footer_start: int | None = None
        self._dropped_script_start: int | None = None
        self.feed(text)
        self.close()

    def apply(self) -> str:
        """Return the page with all edits made."""
        parts: list[str] = []
        position = 0
        for start, end, new in sorted(self.edits):
            parts += [self.text[position:start], new]
            position = end
        return "".join([*parts, self.text[position:]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._offset()
        source = self.get_starttag_text() or ""
        end = start + len(source)
        if tag == "head" and CONTENT_SECURITY_POLICY not in self.text:
            self.edits.append((end, end, f"\n    {CONTENT_SECURITY_POLICY}"))
        elif tag == "footer":
            self._footer_start = start
        elif tag == "style":
            self._style_start = end
        elif tag == "script":
            self._script_start = end
        values = {name: value or "" for name, value in attrs}
        if "style" in values:
            self._inline_style(values["style"], start, source)
        for url in self._loaded_urls(tag, values):
            self._asset(tag, url, values, start, source)

    def handle_endtag(self, tag: str) -> None:
        start = self._offset()
        end = self.text.find(">", start) + 1
        if tag == "style" and self._style_start is not None:
            result = _rewrite_css(self.text[self._style_start : start])
            self.unknown += result.unknown
            if result.dropped:
                self.dropped += result.dropped
                self.edits.append((self._style_start, start, result.text))
            self._style_start = None
        elif tag == "script" and self._script_start is not None:
            if "vegaEmbed(" in self.text[self._script_start : start]:
                self.unknown.append("a chart (vegaEmbed), whose library is dropped")
            if self._dropped_script_start is not None:
                self.edits.append((self._dropped_script_start, end, ""))
            self._script_start = self._dropped_script_start = None
        elif tag == "footer" and self._footer_start is not None:
            footer = self._footer_start
            self.edits = [edit for edit in self.edits if edit[0] < footer]
            self.edits.append((footer, end, ""))
            self._footer_start = None

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    @staticmethod
    def _loaded_urls(tag: str, values: Mapping[str, str]) -> Iterable[str]:
        """Yield the external addresses that a browser fetches for this tag by itself."""
        for name in sorted(_LOADING_ATTRIBUTES & values.keys()):
            if name == "href" and tag in ("a", "area"):
                continue
            value = values[name]
            candidates = value.split(",") if name in ("srcset", "imagesrcset") else [value]
            yield from (url.strip() for url in candidates if _is_external(url))
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            _, _, url = values.get("content", "").partition("=")
            if _is_external(url.strip(" '\"")):
                yield url

    def _asset(self, tag: str, url: str, values: Mapping[str, str], start: int, source: str) -> None:
        """Replace or drop the tag that loads ``url``, or note it as unknown."""
        end = start + len(source)
        if url in VENDORED and tag in ("link", "script"):
            attribute = "href" if tag == "link" else "src"
            local = [f"{self.vendor_prefix}/{name}" for name in VENDORED[url]]
            separator = "\n" if tag == "link" else "</script>\n"
            tags = [_with_attribute(source, tag, attribute, path) for path in local]
            self.edits.append((start, end, separator.join(tags)))
            self.replaced += 1
        elif _is_dropped(url) and tag == "script":
            self._dropped_script_start = start
            self.dropped += 1
        elif _is_dropped(url) and tag == "img":
            self.edits.append((start, end, html.escape(values.get("alt", ""))))
            self.dropped += 1
        else:
            self.unknown.append(url)

    def _inline_style(self, style: str, start: int, source: str) -> None:
        result = _rewrite_css(style)
        self.unknown += result.unknown
        if result.dropped:
            tag = re.match(r"<\s*([^\s/>]+)", source)
            assert tag is not None
            self.dropped += result.dropped
            self.edits.append((start, start + len(source), _with_attribute(source, tag.group(1), "style", result.text)))


def _with_attribute(source: str, tag: str, attribute: str, value: str) -> str:
    """Return a start tag with one attribute set anew and without ``integrity`` and ``crossorigin``."""
    kept = []
    for match in _ATTRIBUTE.finditer(source, len(tag) + 1):
        name = match.group(1).lower()
        if name == attribute:
            kept.append(f'{name}="{html.escape(value)}"')
        elif name not in ("integrity", "crossorigin"):
            kept.append(match.group().strip())
    return f"<{' '.join([tag, *kept])}>"
