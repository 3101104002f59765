"""The synthetic ledgers: always the same bytes, and every sum of them is a total that was delivered."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from flows.demo.ledger_spread import main
from tests.funds.deliveries import BUREAU, read_rows

CITIES = ("yiyang", "panzhihua")


@pytest.mark.parametrize("city", CITIES)
def test_the_bundled_ledger_is_what_the_module_writes(city: str, tmp_path: Path):
    main(tmp_path)
    made, bundled = tmp_path / f"{city}_2025_funds_ledger", BUREAU / f"{city}_2025_funds_ledger"
    assert sorted(path.name for path in made.iterdir()) == sorted(path.name for path in bundled.iterdir())
    assert [path.name for path in made.iterdir() if path.read_bytes() != (bundled / path.name).read_bytes()] == []


@pytest.mark.parametrize("city", CITIES)
def test_the_manifest_says_that_it_is_synthetic(city: str):
    manifest = (BUREAU / f"{city}_2025_funds_ledger" / "manifest.yml").read_text(encoding="utf-8")
    assert "synthetic: true" in manifest
    assert "synthetic: false" in (BUREAU / f"{city}_2025_funds" / "manifest.yml").read_text(encoding="utf-8")


def test_months_divisions_and_accounts_sum_to_the_final_accounts_of_yiyang():
    ledger: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    flows = {"income": {"contributions", "interest", "fiscal_subsidy", "other_income", "transfer_in"}}
    flows["expenditure"] = {"benefits", "serious_illness_insurance", "other_expenditure", "transfer_out"}
    for row in read_rows(BUREAU / "yiyang_2025_funds_ledger" / "fund_ledger.csv"):
        of = (row["insutype"], row["ledger_month"][:4])
        for account in ("", row["account"]) if row["account"] else ("",):
            ledger[*of, account, row["item"]] += Decimal(row["amount"])
            for flow, items in flows.items():
                if row["item"] in items:
                    ledger[*of, account, flow] += Decimal(row["amount"])
    compared = 0
    for row in read_rows(BUREAU / "yiyang_2025_funds" / "fund_accounts.csv"):
        key = (row["insutype"], row["year"], row["account"], row["line"])
        if key in ledger and row["line"] not in ("from_above", "from_below", "to_above", "to_below"):
            assert ledger[key] == Decimal(row["amount_wan"]) * 10_000, key
            compared += 1
    # of each fund and year its details and two totals, and the two totals of the pooled fund
    assert compared == 2 * (5 + 3 + 2) + 2 * (4 + 3 + 2) + 2
