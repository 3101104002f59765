"""The generated part of docs/demo.md: the printed figures that the demo does not give, and why.

python -m flows.demo.document
"""

from __future__ import annotations

from flows.demo.figures import Figure
from flows.demo.fit import fit
from flows.demo.registry import not_from_extracts
from flows.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "demo.md"
BEGIN, END = "<!-- begin: written by python -m flows.demo.document -->", "<!-- end -->"
# by line of the document; a line that gives way without a reason here fails the tests
REASONS = {
    47: "the table (line 210) prints 1204.31 for the same money",
    61: "the visits of the same row give another share",
    62: "the visits of the same row give another share",
    63: "the visits of the same row give another share",
    326: "cut off, not rounded",
    331: "difference of the printed, rounded ratios (59.9 and 57); the printed costs and payments give less",
    355: "printed a tenth: 11.80 against 12.39 is −4.76 %",
    392: "the visits over the 28,366 enrolled give 14.07 %; the printed rates belong to some 27,385 enrolled",
    406: "as line 392",
    407: "as line 392",
    409: "as line 392",
    410: "as line 392",
    443: "rounded twice: −5.449… was made −5.45 and then −5.5",
    469: "the table (line 496) prints −58.37",
    492: "one visit without cost: the subtotal of the township centres needs a cost for it",
    535: "the table (line 590) prints +0.03",
    536: "the sign is turned round: 85.95 % is more than 81.51 %",
    552: "one visit without payment: the subtotal of the township centres needs one",
    595: "difference of the printed, rounded means; whole days over 14 and 7 visits give 1.1",
    613: "cut off, not rounded",
}


def table() -> str:
    """Return the figures that are not given, as Markdown."""
    found = fit()
    lines = ["| line | figure | printed | the demo gives | why |", "|---|---|---|---|---|"]
    for target in found.dropped:
        value = f"{float(target.value(found.values)):.{max(target.figure.decimals, 2)}f}"
        figure = target.figure
        lines.append(f"| {figure.line} | `{figure.name}` | {_shown(figure)} | {value} | {REASONS[figure.line]} |")
    lines += [f"| {f.line} | `{f.name}` | {_shown(f)} | – | {reason} |" for f, reason in not_from_extracts()]
    return "\n".join(lines)


def _shown(figure: Figure) -> str:
    sign = "−" if figure.value < 0 and not figure.printed.startswith("-") else ""
    return f"{sign}{figure.printed} {figure.unit}"


def with_table(page: str) -> str:
    """Return the page with its generated part written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
