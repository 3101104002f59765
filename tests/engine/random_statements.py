"""Random statements of a fund for years that follow each other, printed as documents print them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from tests.engine.figures import Document
from tests.engine.random_cubes import numbered, over, printed

INCOME_ITEMS = ("contributions", "interest", "fiscal_subsidy", "other_income", "transfer_in")
EXPENDITURE_ITEMS = ("benefits", "serious_illness_insurance", "other_expenditure", "transfer_out")


@st.composite
def fund_statements(draw: st.DrawFn) -> Callable[[str], Document]:
    """Statements of a fund for consecutive years, each opening with what the last one closed with; rounded to 万元."""
    years = [str(year) for year in range(2022, 2022 + draw(st.integers(2, 4)))]
    amounts = st.integers(0, 10 ** draw(st.integers(4, 11)))
    decimals = draw(st.integers(0, 2))
    in_text = draw(st.booleans())
    opening = Decimal(draw(amounts)) / 100
    plan = []
    for year in years:
        income = {item: Decimal(draw(amounts)) / 100 for item in INCOME_ITEMS}
        expenditure = {item: Decimal(draw(amounts)) / 100 for item in EXPENDITURE_ITEMS}
        plan.append((year, opening, income, expenditure))
        opening += sum(income.values()) - sum(expenditure.values())

    def build(name: str) -> Document:
        document = Document(name)
        for year, opened, income, expenditure in plan:
            table = None if in_text else f"T{year}"
            whole_income, whole_expenditure = sum(income.values()), sum(expenditure.values())
            surplus = whole_income - whole_expenditure

            def add(measure: str, value: Decimal, table: str | None = table, year: str = year, **at: str) -> None:
                unit = "%" if measure.endswith(("_rate", "_growth", "_expenditure")) else "万元"
                unit = "个月" if measure == "payable_months" else unit
                document.add(measure, printed(value, unit, decimals), table, period=year, **at)

            for measure, whole, items in (("income", whole_income, income), ("expenditure", whole_expenditure, expenditure)):
                for item, amount in {"all": whole, "own": whole, **items}.items():
                    add(measure, amount, item=item)
            add("opening_balance", opened)
            add("surplus", surplus)
            add("closing_balance", opened + surplus)
            add("surplus_rate", over(surplus, whole_income, 100))
            add("payable_months", over(opened + surplus, whole_expenditure, 12))
            add("benefit_share_of_expenditure", over(expenditure["benefits"], whole_expenditure, 100))
        for (_, _, before, _), (year, _, income, _) in pairwise(plan):
            last, this = sum(before.values()), sum(income.values())
            document.add("income_change", printed(this - last, "万元", decimals), None, period=year, item="all")
            growth = 100 * this / last - 100 if last else Decimal(100 if this else 0)
            document.add("income_growth", printed(growth, "%", 2), None, period=year, item="all")
        return document

    return build


several_statements = st.lists(fund_statements(), min_size=4, max_size=4).map(numbered)
