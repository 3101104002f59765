"""A quotient of money is exact: DuckDB's own division, in floating point, is put right to the last decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.settings import PROJECT_DIR

EXACT = Context(prec=60)
MACRO = (PROJECT_DIR / "macros" / "divide.sql").read_text(encoding="utf-8")
QUOTIENT = jinja2.Template(MACRO + "{{ duckdb__divide('dividend', 'nullif(divisor, 0)') }}").render().strip()

yuan = st.decimals(min_value=-(10**12), max_value=10**12, places=8)
counts = st.decimals(min_value=1, max_value=10**9, places=2)


def divide(dividend: Decimal, divisor: Decimal | None) -> Decimal | None:
    return duckdb.execute(
        f"select {QUOTIENT} from (select ?::decimal(28, 8) as dividend, ?::decimal(28, 8) as divisor)",
        [str(dividend), None if divisor is None else str(divisor)],
    ).fetchone()[0]


@settings(deadline=None)  # the first statement of a process takes its time
@given(yuan, counts)
def test_a_quotient_is_off_by_no_more_than_its_last_decimal(dividend: Decimal, divisor: Decimal) -> None:
    exact = EXACT.divide(dividend, divisor)
    assert abs(divide(dividend, divisor) - exact) <= Decimal("0.500001e-8")


def test_floating_point_alone_would_be_wrong() -> None:
    dividend, divisor = Decimal("987654321987.65432198"), Decimal(3)
    exact = EXACT.divide(dividend, divisor).quantize(Decimal("1e-8"), ROUND_HALF_EVEN)
    assert divide(dividend, divisor) == exact
    plain = duckdb.execute("select cast(?::decimal(28, 8) / 3 as decimal(28, 8))", [str(dividend)]).fetchone()[0]
    assert plain != exact


@pytest.mark.parametrize("divisor", [Decimal(0), None])
def test_a_quotient_by_nothing_is_null(divisor: Decimal | None) -> None:
    assert divide(Decimal(1), divisor) is None
