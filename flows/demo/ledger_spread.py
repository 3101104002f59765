"""Spread yearly totals of funds over months, divisions and accounts: a ledger that sums to them to the fen.

SYNTHETIC. The documents of Yiyang and Panzhihua print years; a bureau's ledger has months. What is spread here comes from the
deliveries that carry the printed totals (`<city>_2025_funds`), and each sum of the ledger is one of them. Whole fen and whole
weights throughout: a remainder goes to the largest fractions, so the same totals give the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import yaml

from flows.demo.bureau_files import largest_remainder, read_rows, yuan
from flows.ingest.manifest import MANIFEST_NAME, sha256_of
from flows.settings import PROJECT_DIR

FEN_OF_WAN = 1_000_000
LANDING = PROJECT_DIR / "data" / "landing" / "bureau"
YEARS = ("2024", "2025")
EMPLOYEE, RESIDENT = "310", "390"
# account, item → fen of a year
Totals = dict[tuple[str, str], int]
Row = dict[str, str]

# the city's own accounts and its counties, by weight
YIYANG = {"430999": 18, "430902": 9, "430903": 18, "430921": 14, "430922": 16, "430923": 17, "430981": 14}
YIYANG_CITY = "430999"
# parts of a year that a month has: residents pay at its end for the next, employees every month
EVEN = (8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 9)
RESIDENTS_PAY = (9, 4, 1, 1, 1, 1, 1, 2, 12, 24, 24, 20)
MONTHS_OF = {(RESIDENT, "contributions"): RESIDENTS_PAY}
# of what a division collects for the pooled fund, in hundredths, goes up to the city; of that, comes back
REMITTED, RETURNED = Fraction(3, 100), Fraction(9, 10)

# items that are wholly of one account; the others make up what the account's total leaves
POOLED_ONLY = {"interest", "fiscal_subsidy", "other_income", "other_expenditure"}
PERSONAL_ONLY = {"transfer_in", "transfer_out"}
# of the employees' fund at the beginning of 2024; nobody prints it
POOLED_SHARE_OF_OPENING = Fraction(60, 100)

# Panzhihua prints ratios of these: 保费收入 88.79 % of income, 待遇支出 89.61 % and 其他支出 3.77 % of expenditure
PANZHIHUA_CONTRIBUTIONS, PANZHIHUA_BENEFITS, PANZHIHUA_OTHER = (Fraction(n, 10_000) for n in (8879, 8961, 377))
# 可支付月数 14.71 at the end of 2025 and 8.59 at the end of 2024: balance × 12 ÷ months is the year's pooled expenditure
PANZHIHUA_MONTHS = {"2025": Fraction(1471, 100), "2024": Fraction(859, 100)}
# 2024 beyond that is made up
PANZHIHUA_2024 = {"pooled income": 215_000, "personal income": 66_000, "personal expenditure": 64_000}
# 征缴率 99.99 %; 在职退休比 1.04
PANZHIHUA_COLLECTED, PANZHIHUA_ACTIVE = Fraction(9999, 10_000), Fraction(104, 204)
CONTRIBUTION_BASE = "10.91"  # 万元 a person and year, as printed


@dataclass(frozen=True)
class Ledger:
    """What one city's synthetic delivery holds: file name → rows."""

    city: str
    sent_on: dt.date
    note: str
    files: dict[str, list[Row]]


def _forms(folder: Path) -> dict[tuple[str, str, str], dict[str, int]]:
    """Read final accounts: insurance, account ('' for the whole) and year → line → fen."""
    found: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for row in read_rows(folder / "fund_accounts.csv"):
        found[row["insutype"], row["account"], row["year"]][row["line"]] = int(Decimal(row["amount_wan"]) * FEN_OF_WAN)
    return found


def _share(total: int, share: Fraction) -> int:
    return round(total * share)


def _yiyang_totals(folder: Path) -> dict[tuple[str, str], Totals]:
    """Give insurance and year → account and item → fen, so that the accounts of 2025 sum to what is printed of them."""
    forms = _forms(folder)
    details = {
        (insutype, year): {line: fen for line, fen in form.items() if line in _INCOME | _EXPENDITURE}
        for (insutype, account, year), form in forms.items()
        if not account
    }
    found: dict[tuple[str, str], Totals] = {}
    pooled_2025 = forms[EMPLOYEE, "pooled", "2025"]
    for (insutype, year), lines in details.items():
        if insutype == RESIDENT:
            found[insutype, year] = {("", line): fen for line, fen in lines.items()}
            continue
        totals: Totals = {}
        for flow, main, items in (("income", "contributions", _INCOME), ("expenditure", "benefits", _EXPENDITURE)):
            pooled = {item: lines[item] for item in items & POOLED_ONLY if item in lines}
            # of 2024 the accounts are not printed: contributions and benefits as in 2025
            main_2025 = pooled_2025[flow] - sum(details[EMPLOYEE, "2025"][item] for item in pooled)
            pooled[main] = _share(lines[main], Fraction(main_2025, details[EMPLOYEE, "2025"][main]))
            personal = {item: lines[item] for item in items & PERSONAL_ONLY if item in lines}
            personal[main] = lines[main] - pooled[main]
            totals |= {("pooled", item): fen for item, fen in pooled.items()}
            totals |= {("personal", item): fen for item, fen in personal.items()}
        found[insutype, year] = totals
    return found


_INCOME = {"contributions", "interest", "fiscal_subsidy", "other_income", "transfer_in"}
_EXPENDITURE = {"benefits", "serious_illness_insurance", "other_expenditure", "transfer_out"}


def _entries(totals: dict[tuple[str, str], Totals], divisions: dict[str, int]) -> dict[tuple[str, ...], int]:
    """Spread each total: division, insurance, account, month and item → fen."""
    found: dict[tuple[str, ...], int] = {}
    for (insutype, year), parts in totals.items():
        for (account, item), total in parts.items():
            months = largest_remainder(total, MONTHS_OF.get((insutype, item), EVEN))
            for month, of_month in enumerate(months, start=1):
                of_divisions = largest_remainder(of_month, list(divisions.values()))
                for division, fen in zip(divisions, of_divisions, strict=True):
                    found[division, insutype, account, f"{year}{month:02}", item] = fen
    return found


def _transfers(entries: dict[tuple[str, ...], int], city: str, divisions: dict[str, int]) -> dict[tuple[str, ...], int]:
    """Book what divisions remit to their city and what comes back, at both ends."""
    found: dict[tuple[str, ...], int] = defaultdict(int)
    below = {division: weight for division, weight in divisions.items() if division != city}
    for (division, insutype, account, month, item), fen in entries.items():
        if item == "contributions" and account != "personal" and division in below:
            remitted = _share(fen, REMITTED)
            found[division, insutype, account, month, "to_above"] += remitted
            found[city, insutype, account, month, "from_below"] += remitted
    for (_, insutype, account, month, item), fen in list(found.items()):
        if item == "from_below":
            returned = _share(fen, RETURNED)
            found[city, insutype, account, month, "to_below"] = returned
            # most to where least is collected
            for division, part in zip(below, largest_remainder(returned, list(below.values())[::-1]), strict=True):
                found[division, insutype, account, month, "from_above"] = part
    return found


def _ledger_rows(entries: dict[tuple[str, ...], int], told: str) -> list[Row]:
    names = ("insu_admdvs", "insutype", "account", "ledger_month", "item")
    return [
        dict(zip(names, key, strict=True)) | {"amount": yuan(fen), "updt_time": told} for key, fen in sorted(entries.items())
    ]


def _opening_row(division: str, insutype: str, account: str, year: str, fen: int, told: str) -> Row:
    of = {"insu_admdvs": division, "insutype": insutype, "account": account, "year": year}
    return of | {"balance_amt": yuan(fen), "updt_time": told}


def _version_row(division: str, insutype: str, told: str) -> Row:
    of = {"insu_admdvs": division, "insutype": insutype, "year": "2025", "version_no": "1", "version": "initial"}
    return of | {"adjusts": "", "approved_on": "2025-01-20", "updt_time": told}


def yiyang(folder: Path) -> Ledger:
    """Spread the totals of `folder` over Yiyang's divisions, two years of months, and the accounts of employees."""
    told = "2026-04-23 09:00:00"
    entries = _entries(_yiyang_totals(folder), YIYANG)
    entries |= _transfers(entries, YIYANG_CITY, YIYANG)
    forms = _forms(folder)
    openings: list[Row] = []
    for insutype in (EMPLOYEE, RESIDENT):
        whole = forms[insutype, "", YEARS[0]]["opening_balance"]
        pooled = _share(whole, POOLED_SHARE_OF_OPENING)
        accounts = {"": whole} if insutype == RESIDENT else {"pooled": pooled, "personal": whole - pooled}
        for account, total in accounts.items():
            parts = zip(YIYANG, largest_remainder(total, list(YIYANG.values())), strict=True)
            openings += [_opening_row(division, insutype, account, YEARS[0], fen, told) for division, fen in parts]
    return Ledger(
        city="yiyang",
        sent_on=dt.date(2026, 4, 23),
        note="SYNTHETIC: the totals of yiyang_2025_funds spread over divisions, months and accounts; approval dates and how "
        "the opening balance and the accounts of 2024 divide are made up. See docs/funds.md.",
        files={
            "fund_ledger": _ledger_rows(entries, told),
            "fund_opening_balances": openings,
            "fund_budget_versions": [_version_row("430900", insutype, told) for insutype in (EMPLOYEE, RESIDENT)],
        },
    )


def panzhihua(folder: Path) -> Ledger:
    """Give Panzhihua a ledger of which its printed ratios are true: totals from `folder`, the rest from the ratios."""
    told, division = "2026-05-08 09:00:00", "510400"
    forms = _forms(folder)
    whole, pooled = forms[EMPLOYEE, "", "2025"], forms[EMPLOYEE, "pooled", "2025"]
    balances = {"2025": pooled["closing_balance"], "2024": pooled["closing_balance"] - pooled["surplus"]}
    spent = {year: _share(balances[year] * 12, 1 / PANZHIHUA_MONTHS[year]) for year in YEARS}
    income = spent["2025"] + pooled["surplus"]
    contributions = _share(whole["income"], PANZHIHUA_CONTRIBUTIONS)
    benefits = _share(whole["expenditure"], PANZHIHUA_BENEFITS)
    other = _share(whole["expenditure"], PANZHIHUA_OTHER)
    made_up = {name: wan * FEN_OF_WAN for name, wan in PANZHIHUA_2024.items()}
    totals: dict[tuple[str, str], Totals] = {
        (EMPLOYEE, "2025"): {
            ("personal", "contributions"): whole["income"] - income,
            ("pooled", "contributions"): contributions - (whole["income"] - income),
            ("pooled", "other_income"): whole["income"] - contributions,
            ("personal", "benefits"): whole["expenditure"] - spent["2025"],
            ("pooled", "benefits"): benefits - (whole["expenditure"] - spent["2025"]),
            ("pooled", "other_expenditure"): other,
            # what is neither benefits nor other
            ("pooled", "transfer_out"): whole["expenditure"] - benefits - other,
        },
        (EMPLOYEE, "2024"): {
            ("pooled", "contributions"): made_up["pooled income"],
            ("personal", "contributions"): made_up["personal income"],
            ("pooled", "benefits"): spent["2024"],
            ("personal", "benefits"): made_up["personal expenditure"],
        },
    }
    opening = balances["2024"] - made_up["pooled income"] + spent["2024"]
    (enrolled,) = (
        int(row["enrolled"])
        for row in read_rows(folder / "enrolment_counts.csv")
        if (row["insutype"], row["year"], row["status"]) == (EMPLOYEE, "2025", "all")
    )
    active = _share(enrolled, PANZHIHUA_ACTIVE)
    of = {"insu_admdvs": division, "insutype": EMPLOYEE, "year": "2025"}
    due = _share(contributions, 1 / PANZHIHUA_COLLECTED)
    return Ledger(
        city="panzhihua",
        sent_on=dt.date(2026, 5, 8),
        note="SYNTHETIC: the totals of panzhihua_2025_funds spread over months; items, pooled expenditure, contributions due "
        "and active persons follow from printed ratios; 2024 but for its pooled balance and expenditure, and the approval "
        "date, are made up. See docs/funds.md.",
        files={
            "fund_ledger": _ledger_rows(_entries(totals, {division: 1}), told),
            "fund_opening_balances": [_opening_row(division, EMPLOYEE, "pooled", "2024", opening, told)],
            "fund_budget_versions": [_version_row(division, EMPLOYEE, told)],
            "fund_collection": [
                of
                | {"due_wan": f"{Decimal(due) / FEN_OF_WAN:f}", "contribution_base_wan": CONTRIBUTION_BASE, "updt_time": told}
            ],
            "enrolment_counts": [
                of | {"status": status, "enrolled": str(persons), "paying": "", "updt_time": told}
                for status, persons in (("active", active), ("retired", enrolled - active))
            ],
        },
    )


CONTROLLED = {
    "fund_ledger": ("amount",),
    "fund_opening_balances": ("balance_amt",),
    "fund_collection": ("due_wan", "contribution_base_wan"),
}


def _files(ledger: Ledger, folder: Path) -> Iterator[dict[str, object]]:
    for table, rows in ledger.files.items():
        path = folder / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        sums = {name: f"{sum(Decimal(row[name]) for row in rows):f}" for name in CONTROLLED.get(table, ())}
        yield {"name": path.name, "table": table, "rows": len(rows), "sha256": sha256_of(path), "control_totals": sums}


def write(ledger: Ledger, landing: Path = LANDING) -> Path:
    """Write a city's synthetic delivery with its manifest, and return its folder."""
    folder = landing / f"{ledger.city}_2025_funds_ledger"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "delivery": folder.name,
        "revision": 1,
        "source": "bureau",
        "region": ledger.city,
        "period": "2025",
        "synthetic": True,
        "sent_on": ledger.sent_on,
        "note": ledger.note,
        "files": list(_files(ledger, folder)),
    }
    text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False)
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    return folder


def main(landing: Path = LANDING) -> None:
    """Write the synthetic ledgers beside the totals that they are spread from."""
    for make in (yiyang, panzhihua):
        name = make.__name__
        write(make(LANDING / f"{name}_2025_funds"), landing)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
