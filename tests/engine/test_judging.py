"""What the engine says about tiny documents, one rule of docs/consistency.md at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from benchmarks.engine import open_engine, run_engine
from flows.settings import Settings
from tests.engine.figures import Document, put, read_figure


@dataclass(frozen=True)
class F:
    """A printed figure: its measure, the text and unit, where it stands; `name` is what an expectation calls it."""

    name: str
    measure: str
    text: str | None
    unit: str
    table: str | None = None
    qualifier: str | None = None
    direction: str | None = None
    at: tuple[tuple[str, Any], ...] = ()


def fig(name: str, measure: str, text: str | None, unit: str, table: str | None = None, **rest: Any) -> F:
    return F(name, measure, text, unit, table, rest.pop("qualifier", None), rest.pop("direction", None), tuple(rest.items()))


def visits(name: str, text: str | None, table: str | None = None, unit: str = "人次", **at: Any) -> F:
    return fig(name, "visits", text, unit, table, **at)


def levels(text_or_table: str | None, measure: str, unit: str, whole: str, *parts: str) -> list[F]:
    """A whole and its parts by institution level."""
    names = ("tertiary", "secondary", "primary", "unrated")
    return [
        fig("whole", measure, whole, unit, text_or_table),
        *(fig(n, measure, part, unit, text_or_table, institution_level=n) for n, part in zip(names, parts, strict=False)),
    ]


def twice(first: tuple, second: tuple, measure: str = "total_cost") -> list[F]:
    """The same address printed twice: (text, unit, qualifier) of either."""
    return [
        fig(name, measure, text, unit, qualifier=rest[0] if rest else None)
        for name, (text, unit, *rest) in (("first", first), ("second", second))
    ]


# (figure, family, rule): status; None: there is no such check
Expected = dict[tuple[str, str, str], str | None]
ROLL_UP = ("whole", "roll_up", "institution_level")
BOUND = ("whole", "bound", "institution_level")
AREAS = ("in_county", "in_city", "in_province", "out_of_province")
GROWTH = ("growth", "formula", "visits_growth")
SAME = "same_address"


def growth(last: str | None, this: str, printed: str, **rest: Any) -> list[F]:
    return [
        visits("last", last, rest.pop("table", None), period="2024H1", unit=rest.pop("last_unit", "人次")),
        visits("this", this, unit=rest.pop("this_unit", "人次")),
        fig("growth", "visits_growth", printed, "%", **rest),
    ]


def share(printed: str, part: str = "575", of: str = "1000") -> list[F]:
    return [
        visits("part", part, institution_level="tertiary"),
        visits("of", of),
        fig("share", "visits_share_of_levels", printed, "%", institution_level="tertiary"),
    ]


SHARE = ("share", "formula", "visits_share_of_levels")
SHARES = ("12.34", "37.66", "21.11")

CASES: dict[str, tuple[list[F], Expected]] = {
    # statuses
    "counts add up": (levels("T1", "visits", "人次", "30", "10", "20"), {ROLL_UP: "consistent"}),
    "counts do not add up": (levels("T1", "visits", "人次", "31", "10", "20"), {ROLL_UP: "inconsistent"}),
    "rounded amounts add up within rounding": (
        levels("T1", "total_cost", "万元", "7514.21", "7000.10", "514.10"),
        {ROLL_UP: "rounding"},
    ),
    "rounded amounts do not add up": (
        levels("T1", "total_cost", "万元", "7514.22", "7000.10", "514.10"),
        {ROLL_UP: "inconsistent"},
    ),
    "a part is not printed": (levels("T1", "visits", "人次", "30", "10", None), {ROLL_UP: "undecidable"}),
    "a term is missing": (
        [visits("part", "575", institution_level="tertiary"), share("57.5")[2]],
        {SHARE: "undecidable"},
    ),
    # ends of intervals
    "both have a width and meet at one end": (
        twice(("57", "万元"), ("58", "万元")),
        {("second", "agreement", SAME): "inconsistent"},
    ),
    "one is exact and meets the other's end": (share("57"), {SHARE: "rounding"}),
    "one is exact and meets the other's upper end": (share("58"), {SHARE: "rounding"}),
    "one is exact and misses the other's end": (share("58", "5749", "10000"), {SHARE: "inconsistent"}),
    # qualifiers
    "about doubles": (
        twice(("57", "万元", "约"), ("57.9", "万元")),
        {("first", "agreement", SAME): "rounding"},
    ),
    "without about it is narrower": (twice(("57", "万元"), ("57.9", "万元")), {("first", "agreement", SAME): "inconsistent"}),
    "about does not treble": (
        twice(("57", "万元", "约"), ("58.1", "万元")),
        {("first", "agreement", SAME): "inconsistent"},
    ),
    "and some more reaches up": (
        twice(("30", "万人次", "余"), ("309999", "人次"), "visits"),
        {("first", "agreement", SAME): "rounding"},
    ),
    "and some more does not reach down": (
        twice(("30", "万人次", "余"), ("299999", "人次"), "visits"),
        {("first", "agreement", SAME): "inconsistent"},
    ),
    "and some more does not reach the second next": (
        twice(("30", "万人次", "余"), ("310001", "人次"), "visits"),
        {("first", "agreement", SAME): "inconsistent"},
    ),
    "about a count is not exact": (
        twice(("3086", "人次", "约"), ("3087", "人次"), "visits"),
        {("first", "agreement", SAME): "rounding"},
    ),
    # shares of a set
    "shares sum to 99.99": (
        levels("T1", "visits_share_of_levels", "%", "100.00", *SHARES, "28.88"),
        {ROLL_UP: "rounding"},
    ),
    "shares sum to 100.01": (
        levels("T1", "visits_share_of_levels", "%", "100.00", *SHARES, "28.90"),
        {ROLL_UP: "rounding"},
    ),
    "shares sum to 100.05": (
        levels("T1", "visits_share_of_levels", "%", "100.00", *SHARES, "28.94"),
        {ROLL_UP: "inconsistent"},
    ),
    # zero
    "a denominator that may be 0": (
        [
            visits("last", "0.00", unit="万人次", period="2024H1"),
            visits("this", "5"),
            fig("growth", "visits_growth", "12", "%"),
        ],
        {GROWTH: "undecidable"},
    ),
    "growth from 0 is printed as 100": (growth("0", "5", "100"), {GROWTH: "consistent"}),
    "growth from 0 is nothing else": (growth("0", "5", "500"), {GROWTH: "inconsistent"}),
    "growth from 0 to 0 is 0": (growth("0", "0", "0"), {GROWTH: "consistent"}),
    "growth from 0 to 0 is not 100": (growth("0", "0", "100"), {GROWTH: "inconsistent"}),
    "growth to 0 is -100": (growth("5", "0", "-100"), {GROWTH: "consistent"}),
    "a mean over no visits is 0": (
        [visits("visits", "0"), fig("days", "bed_days", "0", "天"), fig("mean", "mean_bed_days", "0.00", "天")],
        {("mean", "formula", "mean_bed_days"): "consistent"},
    ),
    # signs
    "negative growth": (growth("100", "80", "-20"), {GROWTH: "consistent"}),
    "negative growth in words": (growth("100", "80", "20", direction="下降"), {GROWTH: "consistent"}),
    "negative growth without its sign": (growth("100", "80", "20"), {GROWTH: "inconsistent"}),
    "growth over the printed change": (
        [
            visits("this", "80"),
            fig("change", "visits_change", "20", "人次", direction="减少"),
            fig("growth", "visits_growth", "20.0", "%", direction="下降"),
        ],
        {("growth", "formula", "visits_growth_from_change"): "consistent"},
    ),
    # definitions
    "a target is set, not computed": (
        [
            fig("target", "enrolment_rate", "95", "%", version="target"),
            fig("enrolled", "enrolled", "50", "人", version="target"),
            fig("population", "usual_population", "100", "人", version="target"),
        ],
        {("target", "formula", "enrolment_rate"): None},
    ),
    "the usual definition": (
        [
            fig("rate", "enrolment_rate", "50", "%"),
            fig("enrolled", "enrolled", "50", "人"),
            fig("paying", "paying", "40", "人"),
            fig("population", "usual_population", "100", "人"),
        ],
        {("rate", "formula", "enrolment_rate"): "consistent", ("rate", "formula", "own_enrolment_rate"): None},
    ),
    "an own definition": (
        [
            fig("rate", "enrolment_rate", "50", "%"),
            fig("enrolled", "enrolled", "50", "人"),
            fig("paying", "paying", "40", "人"),
            fig("population", "usual_population", "100", "人"),
        ],
        {("rate", "formula", "own_enrolment_rate"): "inconsistent", ("rate", "formula", "enrolment_rate"): None},
    ),
    # closed tables and open sentences
    "a table is closed": (levels("T1", "visits", "人次", "30", "10", "20"), {ROLL_UP: "consistent", BOUND: None}),
    "one child of a table is no split": (levels("T1", "visits", "人次", "30", "10"), {ROLL_UP: None, BOUND: "consistent"}),
    "sentences are open": (levels(None, "visits", "人次", "31", "10", "20"), {ROLL_UP: None, BOUND: "consistent"}),
    "sentences print every child": (
        levels(None, "visits", "人次", "100", "10", "20", "30", "41"),
        {ROLL_UP: "inconsistent", BOUND: None},
    ),
    "two tables together need every child": (
        [
            visits("whole", "31"),
            visits("a", "10", "T1", institution_level="tertiary"),
            visits("b", "20", "T2", institution_level="primary"),
        ],
        {ROLL_UP: None, BOUND: "consistent"},
    ),
    "only the nearest children count": (
        [
            visits("whole", "10", "T1"),
            visits("near", "6", "T1", care_area="within_city"),
            visits("county", "2", "T1", care_area="in_county"),
            visits("city", "4", "T1", care_area="in_city"),
            visits("province", "4", "T1", care_area="in_province"),
        ],
        {
            ("whole", "roll_up", "care_area_by_city"): "consistent",
            ("near", "roll_up", "care_area_by_city"): "consistent",
        },
    ),
    # bounds
    "parts do not exceed the whole": (levels(None, "visits", "人次", "30", "10", "20"), {BOUND: "consistent"}),
    "parts exceed the whole": (levels(None, "visits", "人次", "29", "10", "20"), {BOUND: "inconsistent"}),
    "parts exceed the whole within rounding": (
        levels(None, "total_cost", "万元", "30.0", "10.0", "20.1"),
        {BOUND: "rounding"},
    ),
    "of which": (
        [
            fig("whole", "income", "10.00", "万元", "T1", item="contributions"),
            fig("part", "income", "12.00", "万元", "T1", item="contributions_individual"),
        ],
        {("whole", "bound", "statement_income"): "inconsistent"},
    ),
    "no bound where a printed part is negative": (
        levels(None, "visits_change", "人次", "2", "10", "-3"),
        {BOUND: None},
    ),
    "no bound of a change: what is not printed may be negative": (
        levels(None, "visits_change", "人次", "2", "10"),
        {BOUND: None},
    ),
    "no bound of a surplus: what is not printed may be negative": (
        [fig("whole", "surplus", "2", "万元", fund="basic"), fig("part", "surplus", "10", "万元", fund="resident")],
        {("whole", "bound", "fund"): None},
    ),
    # agreement
    "yuan and ten thousand yuan": (
        twice(("1204.32", "万元"), ("12043215.00", "元")),
        {("first", "agreement", SAME): "rounding", ("second", "agreement", SAME): None},
    ),
    "yuan and ten thousand yuan disagree": (
        twice(("1204.32", "万元"), ("12043251.00", "元")),
        {("first", "agreement", SAME): "inconsistent"},
    ),
    "printed with more decimals elsewhere": (
        twice(("57", "%"), ("57.4", "%"), "actual_ratio"),
        {("first", "agreement", SAME): "rounding"},
    ),
    "printed with more decimals elsewhere, and different": (
        twice(("57", "%"), ("57.6", "%"), "actual_ratio"),
        {("first", "agreement", SAME): "inconsistent"},
    ),
    "the earlier of two equally tight printings speaks": (
        twice(("12.50", "万元"), ("12.60", "万元")),
        {("second", "agreement", SAME): "inconsistent", ("first", "agreement", SAME): None},
    ),
    "an empty cell agrees with everything": (
        twice((None, "万元"), ("12.60", "万元")),
        {("first", "agreement", SAME): None, ("second", "agreement", SAME): None},
    ),
    # derivation
    "a derived operand is used": (
        [
            visits("visits", "100", benefit_category="inpatient"),
            fig("mean", "cost_per_visit", "5000.00", "元", benefit_category="inpatient"),
            fig("paid", "total_paid", "30.00", "万元", benefit_category="inpatient"),
            fig("ratio", "actual_ratio", "60.00", "%", benefit_category="inpatient"),
        ],
        {("ratio", "formula", "actual_ratio"): "consistent", ("mean", "formula", "cost_per_visit"): "consistent"},
    ),
    "a derived operand contradicts": (
        [
            visits("visits", "100", benefit_category="inpatient"),
            fig("mean", "cost_per_visit", "5000.00", "元", benefit_category="inpatient"),
            fig("paid", "total_paid", "30.00", "万元", benefit_category="inpatient"),
            fig("ratio", "actual_ratio", "61.00", "%", benefit_category="inpatient"),
        ],
        {("ratio", "formula", "actual_ratio"): "inconsistent", ("mean", "formula", "cost_per_visit"): "inconsistent"},
    ),
    "nothing is tested against what comes from itself": (
        [visits("visits", "100"), fig("mean", "cost_per_visit", "5000.00", "元")],
        {("mean", "formula", "cost_per_visit"): "undecidable"},
    ),
    # periods
    "opening is last year's closing": (
        [
            fig("closing", "closing_balance", "2000", "万元", period="2024"),
            fig("opening", "opening_balance", "2000", "万元", period="2025"),
        ],
        {("opening", "formula", "opening_from_last_closing"): "consistent"},
    ),
    "opening is not last year's closing": (
        [
            fig("closing", "closing_balance", "2000", "万元", period="2024"),
            fig("opening", "opening_balance", "2002", "万元", period="2025"),
        ],
        {("opening", "formula", "opening_from_last_closing"): "inconsistent"},
    ),
    "closing follows from opening": (
        [
            fig("opening", "opening_balance", "239981", "万元", period="2025"),
            fig("income", "income", "347102", "万元", period="2025"),
            fig("expenditure", "expenditure", "339294", "万元", period="2025"),
            fig("closing", "closing_balance", "247789", "万元", period="2025"),
        ],
        {("closing", "formula", "closing_from_opening"): "consistent"},
    ),
    # weighted means
    "a mean of means is weighted": (
        [
            *levels("T1", "visits", "人次", "100", "10", "90"),
            fig("mean", "cost_per_visit", "1900.00", "元", "T1"),
            fig("m1", "cost_per_visit", "1000.00", "元", "T1", institution_level="tertiary"),
            fig("m2", "cost_per_visit", "2000.00", "元", "T1", institution_level="secondary"),
        ],
        {("mean", "weighted_mean", "institution_level"): "consistent"},
    ),
    "a mean of means is not the plain mean": (
        [
            *levels("T1", "visits", "人次", "100", "10", "90"),
            fig("mean", "cost_per_visit", "1500.00", "元", "T1"),
            fig("m1", "cost_per_visit", "1000.00", "元", "T1", institution_level="tertiary"),
            fig("m2", "cost_per_visit", "2000.00", "元", "T1", institution_level="secondary"),
        ],
        {("mean", "weighted_mean", "institution_level"): "inconsistent"},
    ),
    # at least 47,238,310.5 / 149,962,890.875 = 31.49999992 %
    "ends that are rounded do not meet": (
        [
            fig("paid", "total_paid", "4723.8311", "万元", benefit_category="inpatient"),
            fig("cost", "total_cost", "149962890.87", "元", benefit_category="inpatient"),
            fig("ratio", "actual_ratio", "31", "%", benefit_category="inpatient"),
        ],
        {("ratio", "formula", "actual_ratio"): "rounding"},
    ),
    # 0.00 % of 1,040,000 persons are up to 52 visits; 104 visits at 100 yuan and 52 at 200 cost 133.33 on average
    "a weight of 0 to 52 visits is not 0 to 26": (
        [
            fig("enrolled", "enrolled", "1040000", "人"),
            visits("v1", "104", institution_level="tertiary"),
            fig("none", "hospitalisation_rate", "0.00", "%", institution_level="primary"),
            fig("whole", "cost_per_visit", "130.00", "元", "T1"),
            fig("m1", "cost_per_visit", "100.00", "元", "T1", institution_level="tertiary"),
            fig("m2", "cost_per_visit", "200.00", "元", "T1", institution_level="primary"),
        ],
        {("whole", "weighted_mean", "institution_level"): "rounding"},
    ),
    # an empty cell
    "an empty cell is 0 where the table says so": (
        levels("T0", "visits", "人次", "10", "10", None),
        {ROLL_UP: "consistent"},
    ),
}

# name: figures, the figure that is to be accused, what its likely cause starts with (None: no cause is asked for)
SUSPECTS: dict[str, tuple[list[F], set[str], str | None]] = {
    "a digit too many": (levels("T1", "visits", "人次", "12634", "1000", "264"), {"whole"}, "a digit too many: 1264"),
    "a digit missing": (levels("T1", "visits", "人次", "124", "1000", "234"), {"whole"}, "a digit missing: 1234"),
    "digits swapped": (levels("T1", "visits", "人次", "1324", "1000", "234"), {"whole"}, "two digits swapped: 1234"),
    "sign turned round": (
        [
            visits("last", "100", period="2024H1"),
            visits("this", "80"),
            fig("change", "visits_change", "20", "人次", direction="增加"),
        ],
        {"change"},
        "sign turned round",
    ),
    "unit off": (
        levels("T1", "total_cost", "元", "123.45", "1000000.00", "234500.00"),
        {"whole"},
        "unit off by 10^-4",
    ),
    "unit off the other way": (
        levels("T1", "total_cost", "万元", "1234500.00", "100.00", "23.45"),
        {"whole"},
        "unit off by 10^4",
    ),
    "ratio for percent": (share("0.25", "25", "100"), {"share"}, "ratio printed for a percent"),
    "percent for ratio": (share("2500.00", "25", "100"), {"share"}, "percent printed for a ratio"),
    "rounded amount in the wrong unit": (
        levels("T1", "total_cost", "元", "1234.57", "12000000.00", "345678.90"),
        {"whole"},
        "unit off by 10^-4",
    ),
    "rounded ratio for percent": (share("0.2879", "4556", "15825"), {"share"}, "ratio printed for a percent"),
    "neighbouring cell": (
        [
            visits("whole", "589", "T1", row_no=1, column_no=1),
            visits("tertiary", "2345", "T1", row_no=2, column_no=2, institution_level="tertiary"),
            visits("primary", "589", "T1", row_no=2, column_no=1, institution_level="primary"),
        ],
        {"whole"},
        "the value of the neighbouring cell: 589 (line 3)",
    ),
    "old figure carried over": (
        [
            visits("old", "8765", "T2", period="2024H1"),
            *levels("T1", "visits", "人次", "8765", "1000", "234"),
        ],
        {"whole"},
        "the figure of 2024H1 carried over (line 1)",
    ),
    "other denominator": (
        [visits("other", "800", care_area="in_county"), *share("71.875")],
        {"share"},
        "computed over 800人次 (line 1)",
    ),
    "cut off": (
        [
            visits("visits", "1000"),
            fig("days", "bed_days", "12349", "天"),
            fig("mean", "mean_bed_days", "12.34", "天"),
        ],
        {"mean"},
        "cut off instead of rounded",
    ),
    "rounded twice": (
        [
            visits("visits", "10000"),
            fig("days", "bed_days", "123446", "天"),
            fig("mean", "mean_bed_days", "12.35", "天"),
        ],
        {"mean"},
        "rounded twice",
    ),
    "no single slip fits": (levels("T1", "visits", "人次", "77777", "1000", "234"), {"whole"}, ""),
    # 1,000 enrolled would make every rate right
    "an operand that always fails is accused": (
        [
            fig("enrolled", "enrolled", "100", "人"),
            *(visits(f"v{n}", str(10 * n), care_area=area) for n, area in enumerate(AREAS, 1)),
            *(fig(f"r{n}", "hospitalisation_rate", f"{n}.0", "%", care_area=area) for n, area in enumerate(AREAS, 1)),
        ],
        {"enrolled"},
        None,
    ),
    "an operand that also holds is not accused": (
        [
            fig("enrolled", "enrolled", "1000", "人"),
            *(visits(f"v{n}", str(10 * n), care_area=area) for n, area in enumerate(AREAS, 1)),
            *(
                fig(f"r{n}", "hospitalisation_rate", printed, "%", care_area=area)
                for n, (area, printed) in enumerate(zip(AREAS, ("1.0", "2.0", "3.7", "4.7"), strict=True), 1)
            ),
        ],
        {"r3", "r4"},
        None,
    ),
    "operands with the same record are not told apart": (
        [
            fig("paid", "total_paid", "30.00", "万元", benefit_category="inpatient"),
            fig("cost", "total_cost", "50.00", "万元", benefit_category="inpatient"),
            fig("text", "actual_ratio", "66.00", "%", benefit_category="inpatient"),
            fig("table", "actual_ratio", "66.00", "%", "T1", benefit_category="inpatient"),
        ],
        {"text", "table"},
        None,
    ),
}

_CHECKS = (
    "select substr(figure_id, 1, strpos(figure_id, ':') - 1), figure_id, family, rule_id, status, statement_zh, statement_en, "
    "check_id, waiver from marts.consistency_checks"
)


def document_of(name: str, figures: list[F]) -> tuple[Document, dict[str, str]]:
    """The document of a case, and the id of each of its figures by name."""
    document = Document(name)
    ids = {}
    for figure in figures:
        printed = read_figure(figure.text, figure.unit, figure.qualifier, figure.direction)
        ids[figure.name] = document.add(figure.measure, printed, figure.table, **dict(figure.at))
        if figure.table == "T0":
            document.blank_means["T0"] = "zero"
    return document, ids


@pytest.fixture(scope="module")
def judged(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case of this module as a document of its own, judged in one run of the engine."""
    connection, steps = open_engine(warehouse.warehouse, warehouse.dbt_target / "manifest.json")
    all_figures = {name: figures for name, (figures, _) in CASES.items()}
    all_figures |= {f"suspect {name}": figures for name, (figures, _, _) in SUSPECTS.items()}
    all_figures |= dict.fromkeys(("waived", "waiver has run out"), CASES["counts do not add up"][0])
    put(connection, [document_of(name, figures)[0] for name, figures in all_figures.items()])
    connection.execute(
        "insert into facts.definitions by name select 'own_enrolment_rate' as definition, "
        "'an own definition' as document_id, d.* exclude (definition, document_id) "
        "from facts.definitions d where definition = 'enrolment_rate'"
    )
    connection.execute(
        "insert into facts.definition_terms by name select 'own_enrolment_rate' as definition, "
        "case part when 'denominator' then 'paying' else measure end as measure, d.* exclude (definition, measure) "
        "from facts.definition_terms d where definition = 'enrolment_rate'"
    )
    run_engine(connection, steps)
    connection.execute("delete from facts.dim_waivers")
    connection.execute(
        "insert into facts.dim_waivers by name select check_id, '更正已发' as reason, '基金财务科' as waived_by, "
        "current_date + case document_id when 'waived' then 0 else -1 end as valid_until "
        "from marts.consistency_checks where document_id in ('waived', 'waiver has run out') and status = 'inconsistent'"
    )
    run_engine(connection, steps)
    yield connection
    connection.close()


def test_figures_are_read_as_the_warehouse_reads_them(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select printed_value, printed_unit, qualifier, direction, value, value_low, value_high, half_unit, is_exact, "
        "value_bound from facts.fct_published_figures where printed_unit is not null and printed_value is not null"
    ).fetchall()
    wrong = []
    for text, unit, qualifier, direction, *warehouse_says, bound in rows:
        read = read_figure(text, unit, qualifier, direction)
        says = [read.value, read.value_low, read.value_high, read.half_unit, read.is_exact]
        if says != warehouse_says and not bound:
            wrong.append((text, unit, qualifier, direction, says, warehouse_says))
    assert len(rows) > 500
    assert not wrong, wrong[:5]


def test_addresses_are_named_as_the_warehouse_names_them(connection: duckdb.DuckDBPyConnection) -> None:
    cursor = connection.execute("select * from facts.fct_published_figures where region = 'shandan' limit 300")
    names = [column[0] for column in cursor.description]
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        coordinates = ("region", "period", "version", "fund", "benefit_category", "care_area", "institution_level")
        address = {name: row[name] for name in (*coordinates, "institution", "item")}
        document = Document("d")
        document.add(row["measure"], read_figure("1", "人"), **address)
        assert document.rows[0]["address_id"] == row["address_id"]


@pytest.mark.parametrize("name", CASES)
def test_case(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    figures, expected = CASES[name]
    _, ids = document_of(name, figures)
    found = {
        (figure_id, family, rule): status
        for _, figure_id, family, rule, status, *_ in judged.execute(f"{_CHECKS} where document_id = ?", [name]).fetchall()
    }
    for (figure, family, rule), status in expected.items():
        assert found.get((ids[figure], family, rule)) == status, f"{figure} {family} {rule}: {found}"


@pytest.mark.parametrize("name", [f"suspect {name}" for name in SUSPECTS])
def test_suspect(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    figures, accused, cause = SUSPECTS[name.removeprefix("suspect ")]
    _, ids = document_of(name, figures)
    findings = dict(
        judged.execute(
            "select suspect_figure_id, coalesce(likely_cause, '') from marts.consistency_findings where document_id = ?", [name]
        ).fetchall()
    )
    assert findings.keys() == {ids[figure] for figure in accused}
    if cause is not None:
        assert set(findings.values()) == {cause}


def _statements(connection: duckdb.DuckDBPyConnection, name: str, rule: str) -> tuple[str, str]:
    return connection.execute(
        "select statement_zh, statement_en from marts.consistency_checks where document_id = ? and rule_id = ?", [name, rule]
    ).fetchone()


def test_an_undecidable_formula_names_what_is_missing(judged: duckdb.DuckDBPyConnection) -> None:
    statement_zh, statement_en = _statements(judged, "a term is missing", "visits_share_of_levels")
    assert "缺 visits 2025H1" in statement_zh
    assert "missing: visits 2025H1" in statement_en


def test_an_undecidable_formula_names_its_denominator(judged: duckdb.DuckDBPyConnection) -> None:
    statement_zh, statement_en = _statements(judged, "a denominator that may be 0", "visits_growth")
    assert "缺 可用的分母" in statement_zh
    assert "a denominator other than 0" in statement_en


def test_a_derived_operand_has_an_origin_and_no_figure(judged: duckdb.DuckDBPyConnection) -> None:
    derived = judged.execute(
        "select checks.rule_id, terms.origin, terms.figure_id, terms.value from marts.consistency_check_terms terms "
        "join marts.consistency_checks checks using (check_id) "
        "where checks.document_id = 'a derived operand is used' and terms.measure = 'total_cost' order by all"
    ).fetchall()
    # the ratio is tested against visits times the mean, and the mean against what is paid over the ratio: never against itself
    assert derived == [("actual_ratio", "solve_numerator", None, 500000), ("cost_per_visit", "solve_denominator", None, 500000)]


def test_a_waived_finding_carries_its_reason(judged: duckdb.DuckDBPyConnection) -> None:
    waivers = dict(
        judged.execute(
            "select document_id, waiver from marts.consistency_findings where document_id in ('waived', 'waiver has run out')"
        ).fetchall()
    )
    assert waivers == {"waived": "更正已发", "waiver has run out": None}


def test_one_issuer_is_not_compared_with_another(judged: duckdb.DuckDBPyConnection) -> None:
    # the cases print the same addresses over and over
    across = judged.execute(
        "select count(*) from marts.consistency_check_terms terms join marts.consistency_checks checks using (check_id) "
        "where terms.document_id <> checks.document_id"
    ).fetchone()[0]
    assert across == 0
