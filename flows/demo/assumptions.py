"""What the report does not print and the demo assumes: how a category of care looks, month by month and place by place.

Each figure here is a free choice that no printed figure contradicts; docs/demo.md says so.
"""

from __future__ import annotations

from dataclasses import dataclass

HALVES = ("2024H1", "2024H2", "2025H1")
MONTHS = tuple(f"2024{m:02d}" for m in range(1, 13)) + tuple(f"2025{m:02d}" for m in range(1, 7))
INSUTYPE = {"resident": "390", "employee": "310"}


def half_of(month: str) -> str:
    """Return the half-year of a month."""
    return f"{month[:4]}H{1 if month[4:] <= '06' else 2}"


def months_of(half: str) -> list[str]:
    """Return the six months of a half-year."""
    return [m for m in MONTHS if half_of(m) == half]


@dataclass(frozen=True)
class Care:
    """A benefit category: its med_type, and how its visits look.

    paid_per_visit: yuan of basic and serious-illness payment a visit. paid_ratio: of the cost. policy_ratio: policy-range
    cost of the cost. serious_share: of what is paid. account_share: of what an employee pays. days: mean stay.
    places: (care area, level, weight). earlier: expenditure of 2024H1 against 2025H1 where nothing is printed.
    """

    med_type: str
    paid_per_visit: float
    paid_ratio: float
    policy_ratio: float
    places: tuple[tuple[str, str, float], ...]
    serious_share: float = 0.0
    account_share: float = 0.0
    days: float = 0.0
    earlier: float = 0.95
    spread: float = 0.7

    @property
    def is_inpatient(self) -> bool:
        """Say whether it is a stay."""
        return self.days > 0


_NEAR = (
    ("in_county", "secondary", 0.62),
    ("in_city", "tertiary", 0.24),
    ("in_province", "tertiary", 0.09),
    ("out_of_province", "tertiary", 0.05),
)
_CITY = (("in_city", "tertiary", 0.6), ("in_province", "tertiary", 0.4))
_CLINICS = (("in_county", "primary", 0.7), ("in_county", "secondary", 0.3))
_HOME = (("in_county", "secondary", 1.0),)

CARE: dict[tuple[str, str], Care] = {
    ("resident", "ordinary_inpatient"): Care("21", 0, 0, 0, ()),
    ("employee", "ordinary_inpatient"): Care("21", 0, 0, 0, (), account_share=0.22),
    ("resident", "trauma_inpatient"): Care("22", 2900, 0.50, 0.78, _NEAR, 0.05, days=9.5),
    ("employee", "trauma_inpatient"): Care("22", 4300, 0.62, 0.82, _NEAR, 0.03, 0.22, days=9.1),
    ("resident", "single_disease_inpatient"): Care("26", 1500, 0.60, 0.80, _HOME, days=4.6),
    ("resident", "psychiatric_inpatient"): Care("210303", 3300, 0.68, 0.88, (("in_city", "secondary", 1.0),), days=28.0),
    ("employee", "psychiatric_inpatient"): Care(
        "210303", 4200, 0.74, 0.90, (("in_city", "secondary", 1.0),), 0, 0.15, days=27.0
    ),
    ("resident", "day_surgery"): Care(
        "28", 2200, 0.58, 0.82, (("in_county", "secondary", 0.7), ("in_city", "tertiary", 0.3)), days=1.0
    ),
    ("employee", "day_surgery"): Care(
        "28", 2700, 0.66, 0.85, (("in_county", "secondary", 0.6), ("in_city", "tertiary", 0.4)), 0, 0.22, days=1.0
    ),
    ("employee", "maternity_inpatient"): Care(
        "52", 3000, 0.70, 0.86, (("in_county", "secondary", 0.7), ("in_city", "tertiary", 0.3)), 0, 0.2, days=5.2
    ),
    ("employee", "maternity_outpatient"): Care(
        "51", 250, 0.60, 0.80, (("in_county", "secondary", 0.8), ("in_city", "tertiary", 0.2)), 0, 0.3
    ),
    ("resident", "general_outpatient"): Care(
        "11", 30, 0.55, 0.88, (*_CLINICS[:1], ("in_county", "secondary", 0.22), ("in_county", "unrated", 0.08))
    ),
    ("employee", "general_outpatient"): Care(
        "11",
        70,
        0.58,
        0.86,
        (
            ("in_county", "secondary", 0.6),
            ("in_county", "primary", 0.2),
            ("in_city", "tertiary", 0.17),
            ("in_province", "tertiary", 0.03),
        ),
        0,
        0.35,
    ),
    ("resident", "two_diseases_outpatient"): Care("9901", 28, 0.55, 0.92, _CLINICS),
    ("resident", "chronic_outpatient"): Care("14", 0, 0, 0.86, ()),
    ("employee", "chronic_outpatient"): Care("14", 0, 0, 0.92, (), account_share=0.30),
    ("resident", "negotiated_drug_outpatient"): Care(
        "9904",
        1200,
        0.62,
        0.90,
        (("in_county", "secondary", 0.3), ("in_county", "unrated", 0.3), *((a, lv, w * 0.4) for a, lv, w in _CITY)),
        0.08,
    ),
    ("employee", "negotiated_drug_outpatient"): Care(
        "9904",
        1300,
        0.70,
        0.92,
        (("in_county", "secondary", 0.3), ("in_county", "unrated", 0.3), *((a, lv, w * 0.4) for a, lv, w in _CITY)),
        0.05,
        0.25,
    ),
    ("resident", "reproductive_outpatient"): Care("9906", 2500, 0.50, 0.80, _CITY, earlier=0.4),
    ("employee", "reproductive_outpatient"): Care("9906", 2500, 0.60, 0.82, _CITY, 0, 0.2, earlier=0.4),
    # purchases at pharmacies; nothing is paid by the fund, the account pays most
    ("employee", "personal_account"): Care("41", 58, 0.97, 0.9, (("in_county", "unrated", 1.0),), earlier=1.0),
}

# what stands between the printed half-years, against their mean
SECOND_HALF = 0.97
ALLOWANCE_EARLIER, ALLOWANCE_PER_PAYMENT = 0.93, 16_000.0
# civil-servant subsidy of the policy-range cost, in inpatient care of employees where there is room
CIVIL_SHARE = 0.012
# how a year looks: winter is fuller, the month of the Spring Festival emptier
SEASON = {
    "01": 1.06,
    "02": 0.86,
    "03": 1.08,
    "04": 1.02,
    "05": 0.98,
    "06": 1.00,
    "07": 0.98,
    "08": 0.97,
    "09": 0.98,
    "10": 0.94,
    "11": 1.04,
    "12": 1.09,
}
# shares of rows
REDONE_SHARE = 0.009  # reversed and settled anew
CANCELLED_SHARE = 0.005  # reversed in the month after, for good
MID_STAY_SHARE = 0.06  # of long stays at home
CORRECTED_SHARE = 0.004  # delivered again, changed, in a later month
MANUAL_SHARE = 0.02  # of settlements out of the province: reimbursed by hand at home
FAMILY_SHARE = 0.015  # of residents' rows: paid in part from a relative's account
# what the ledger books in an earlier half-year against 2025H1
LEDGER_EARLIER = {"2024H1": "0.95", "2024H2": "0.97", "2025H1": "1"}
