"""Tiny documents and what the engine says of each: one rule of docs/consistency.md at a time."""

from __future__ import annotations

from tests.engine.printing import (
    BOUND,
    GROWTH,
    ROLL_UP,
    SAME,
    SHARE,
    SHARES,
    Expected,
    F,
    fig,
    growth,
    levels,
    share,
    twice,
    visits,
)

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
    # what no code map knows is a part of the whole where there is any, and is not missed where there is none
    "what is unmapped counts": (
        [*levels("T1", "visits", "人次", "31", "10", "20"), visits("unmapped", "1", "T1", institution_level="unmapped")],
        {ROLL_UP: "consistent"},
    ),
    "what is unmapped is not left out": (
        [*levels("T1", "visits", "人次", "30", "10", "20"), visits("unmapped", "1", "T1", institution_level="unmapped")],
        {ROLL_UP: "inconsistent"},
    ),
    "unmapped stands for no level that sentences leave out": (
        [*levels(None, "visits", "人次", "31", "10", "15", "5"), visits("unmapped", "1", institution_level="unmapped")],
        {ROLL_UP: None, BOUND: "consistent"},
    ),
    "sentences print every level and what is unmapped": (
        [*levels(None, "visits", "人次", "31", "10", "15", "4", "1"), visits("unmapped", "1", institution_level="unmapped")],
        {ROLL_UP: "consistent"},
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
