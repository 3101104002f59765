"""Tiny documents that do not add up, the figures that the engine accuses, and the likely cause that it names."""

from __future__ import annotations

from tests.engine.printing import AREAS, F, fig, levels, share, visits

INPATIENT = {"benefit_category": "inpatient"}

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
    # a printing that fits the sum outvotes one that does not
    "a part printed twice is wrong where the other printing fits the sum": (
        [
            visits("whole", "100"),
            visits("part", "37", institution_level="tertiary"),
            visits("rest", "60", institution_level="secondary"),
            visits("again", "40", "T1", institution_level="tertiary"),
            fig("share", "visits_share_of_levels", "37.00", "%", institution_level="tertiary"),
            *(visits(level, "0", institution_level=level) for level in ("primary", "unrated")),
        ],
        {"part"},
        None,
    ),
    "no printing of a part fits the sum": (
        [
            visits("whole", "100"),
            visits("part", "37", institution_level="tertiary"),
            visits("rest", "60", institution_level="secondary"),
            visits("again", "41", "T1", institution_level="tertiary"),
            fig("share", "visits_share_of_levels", "37.00", "%", institution_level="tertiary"),
            *(visits(level, "0", institution_level=level) for level in ("primary", "unrated")),
        ],
        {"whole", "again"},
        None,
    ),
    # 1,000 ÷ (20 × 100) = 50 % at two levels; a third with a visit at 0.00 yuan and 0.00 % cannot be
    "a ratio of 0 over visits whose cost is derived": (
        [
            visits("v1", "20", "T1", institution_level="tertiary", **INPATIENT),
            visits("v2", "1", "T1", institution_level="secondary", **INPATIENT),
            fig("c1", "cost_per_visit", "100.00", "元", "T1", institution_level="tertiary", **INPATIENT),
            fig("c2", "cost_per_visit", "0.00", "元", "T1", institution_level="secondary", **INPATIENT),
            fig("mean", "basic_segment_ratio", "52.00", "%", "T2", **INPATIENT),
            fig("r1", "basic_segment_ratio", "50.00", "%", "T2", institution_level="tertiary", **INPATIENT),
            fig("r2", "basic_segment_ratio", "0.00", "%", "T2", institution_level="secondary", **INPATIENT),
        ],
        {"r2"},
        None,
    ),
    # 57.41 % is printed as 57 %; the change is 2.5 points, and 59.9 − 57 = 2.9 was computed after rounding
    "a change computed after rounding": (
        [
            fig("this", "actual_ratio", "59.9", "%", benefit_category="inpatient"),
            fig("last", "actual_ratio", "57", "%", benefit_category="inpatient", period="2024H1"),
            fig("paid", "total_paid", "574.10", "万元", benefit_category="inpatient", period="2024H1"),
            fig("cost", "total_cost", "1000.00", "万元", benefit_category="inpatient", period="2024H1"),
            fig("change", "actual_ratio_change", "2.9", "%", benefit_category="inpatient"),
        ],
        {"change"},
        None,
    ),
    "a change computed before rounding": (
        [
            fig("this", "actual_ratio", "59.9", "%", benefit_category="inpatient"),
            fig("last", "actual_ratio", "57", "%", benefit_category="inpatient", period="2024H1"),
            fig("paid", "total_paid", "574.10", "万元", benefit_category="inpatient", period="2024H1"),
            fig("cost", "total_cost", "1000.00", "万元", benefit_category="inpatient", period="2024H1"),
            fig("change", "actual_ratio_change", "2.5", "%", benefit_category="inpatient"),
        ],
        set(),
        None,
    ),
}
