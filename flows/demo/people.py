"""The insured: synthetic, with numbers that cannot be anybody's. Counts at the report's dates are the report's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from flows.demo.cells import Var, scalar
from flows.demo.fit import Fit
from flows.demo.institutions import days

RESIDENT_MONTHS = {"2024": "20240101", "2025": "20250101"}
FOREVER = days(dt.date(2099, 12, 31))
YEAR_2025, MID_2024, END_2024, MID_2025 = (
    days(dt.date(*d)) for d in ((2025, 1, 1), (2024, 7, 1), (2024, 12, 31), (2025, 6, 30))
)
# residents enrolled during a year (newborns, returners), and employees: assumed; the report prints the ends
JOINED_2024, JOINED_2025, JOINED_MID_2025 = 153, 1900, 420
EMPLOYEES_STAYING, EMPLOYEES_LEFT, EMPLOYEES_JOINED_2024 = 27_700, 351, 139
FROM_RESIDENT = 240  # of the employees who joined in 2025: were insured as residents the year before
SUBSIDISED_2024 = {"full": 1390, "partial": 23_500}
CHRONIC_BEFORE_2024 = 0.7
DISEASES = (
    ("M03900", "高血压"),
    ("M01600", "糖尿病"),
    ("M04600", "冠心病"),
    ("M04803", "脑卒中后遗症"),
    ("M05300", "慢性阻塞性肺疾病"),
    ("M07800", "慢性肾功能衰竭"),
    ("M00500", "恶性肿瘤门诊治疗"),
    ("M02200", "精神障碍"),
)


@dataclass
class People:
    """Arrays over insurance relations: residents first, employees after them.

    `identity` is the person; who changed from one insurance to the other has two relations.
    """

    residents: int
    identity: np.ndarray
    female: np.ndarray
    born: np.ndarray
    since: np.ndarray
    until: np.ndarray
    special: np.ndarray  # sp_psn_type: 0 none, 1 destitute, 2 low income, 3 registered poor, 4 disabled
    retired: np.ndarray
    civil: np.ndarray
    chronic_since: np.ndarray  # FOREVER: not registered
    disease: np.ndarray
    frailty: np.ndarray  # 0 the frailest

    @property
    def size(self) -> int:
        """How many relations there are."""
        return len(self.identity)

    def fund(self, fund: str) -> np.ndarray:
        """Return the relations of a fund."""
        return np.arange(self.residents) if fund == "resident" else np.arange(self.residents, self.size)

    def stayers(self, fund: str) -> np.ndarray:
        """Return who is insured in all of the 18 months, the frailest first."""
        mine = self.fund(fund)
        mine = mine[(self.since[mine] < YEAR_2025 - 366) & (self.until[mine] == FOREVER)]
        return mine[np.argsort(self.frailty[mine], kind="stable")]

    def insured(self, fund: str, year: str) -> np.ndarray:
        """Return who is insured throughout a year's months of the demo, the frailest first."""
        mine = self.fund(fund)
        first, last = (YEAR_2025 - 366, END_2024) if year == "2024" else (YEAR_2025, MID_2025)
        mine = mine[(self.since[mine] <= first) & (self.until[mine] >= last)]
        return mine[np.argsort(self.frailty[mine], kind="stable")]


def build_people(fit: Fit, scale: float, rng: np.random.Generator) -> People:
    """Draw the insured population."""

    def of(number: float) -> int:
        return max(round(number * scale), 1)

    def count(fund: str, period: str, measure: str, category: str = "all") -> int:
        return fit.values[Var(scalar(fund, category, period), measure)]

    now, before = count("resident", "2025H1", "enrolled"), count("resident", "2024", "paying")
    joined = [of(JOINED_2024), of(JOINED_2025), of(JOINED_MID_2025)]
    staying = of(now) - sum(joined)
    left = max(of(before) - staying - joined[0], 1)
    employees = count("employee", "2025H1", "enrolled")
    parts = [of(EMPLOYEES_STAYING), of(EMPLOYEES_LEFT), of(EMPLOYEES_JOINED_2024)]
    parts.append(of(employees) - parts[0] - parts[2])
    sizes = [staying, left, *joined, *parts]
    group = np.repeat(np.arange(len(sizes)), sizes)
    n, residents = len(group), sum(sizes[:5])
    since, until = _spells(group, n, rng)
    identity = np.arange(n)
    moved = min(of(FROM_RESIDENT), left, parts[3])
    identity[n - parts[3] : n - parts[3] + moved] = staying + np.arange(moved)
    born, retired = _ages(group, residents, rng)
    female = rng.random(n) < 0.49
    born, female = born[identity], female[identity]
    people = People(
        residents, identity, female, born, since, until,
        special=np.zeros(n, np.int8), retired=retired, civil=(group >= 5) & (rng.random(n) < 0.27),
        chronic_since=np.full(n, FOREVER), disease=rng.integers(0, len(DISEASES), n).astype(np.int8),
        frailty=born / 30_000 + rng.gumbel(size=n) * 0.35,
    )  # fmt: skip
    special = [of(count("assistance", "2025H1", "subsidised", k)) for k in ("full", "partial")]
    people.special[_draw(people.stayers("resident"), sum(special), rng, 1.15)] = _special_types(special)
    people.special[_draw(people.stayers("employee"), of(400), rng, 1.15)] = 2
    for fund in ("resident", "employee"):
        _register(people, fund, of(count(fund, "2025H1", "registered", "chronic_outpatient")), rng)
    return people


def _spells(group: np.ndarray, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    since = YEAR_2025 - 366 - rng.integers(400, 3000, n)
    until = np.full(n, FOREVER)
    in_half = rng.integers(0, 150, n)
    since = np.select(
        [(group == 2) | (group == 7), group == 3, group == 4, group == 8],
        [MID_2024 + 20 + in_half, YEAR_2025, YEAR_2025 + 5 + in_half, YEAR_2025],
        since,
    )
    until[(group == 1) | (group == 6)] = END_2024
    return since, until


def _ages(group: np.ndarray, residents: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = len(group)
    young = rng.random(n) < 0.2
    age = np.where(young, rng.uniform(1, 18, n), 18 + 72 * rng.beta(2.1, 1.9, n))
    retired = (group >= 5) & (rng.random(n) < 0.3)
    age[group >= 5] = np.where(retired, rng.uniform(56, 88, n), rng.uniform(22, 59, n))[group >= 5]
    age[(group == 1) & (np.arange(n) < residents)] = rng.uniform(20, 45, int((group == 1).sum()))
    retired &= group != 8
    age[group == 8] = rng.uniform(22, 45, int((group == 8).sum()))
    born = days(dt.date(2024, 1, 1)) - np.rint(age * 365.25).astype(np.int64)
    newborn = group == 4
    born[newborn] = YEAR_2025 + rng.integers(-20, 4, int(newborn.sum()))
    return born, retired


def _draw(ordered: np.ndarray, count: int, rng: np.random.Generator, skew: float) -> np.ndarray:
    """Draw `count` different ones, those in front more often."""
    key = rng.gumbel(size=len(ordered)) - skew * np.log(np.arange(1, len(ordered) + 1) / len(ordered))
    return ordered[np.argsort(-key, kind="stable")[:count]]


def _special_types(counts: list[int]) -> np.ndarray:
    types = np.full(sum(counts), 2, np.int8)
    types[: counts[0]] = 1
    types[counts[0] + int(counts[1] * 0.6) :] = 3
    types[counts[0] + int(counts[1] * 0.92) :] = 4
    return types


def _register(people: People, fund: str, count: int, rng: np.random.Generator) -> None:
    """Recognise chronic patients: a quarter of those entitled to assistance first, then the frail."""
    ordered = people.stayers(fund)
    entitled = ordered[people.special[ordered] > 0]
    chosen = _draw(entitled, min(len(entitled) // 4 + 1, count // 2 + 1), rng, 1.0)
    rest = _draw(
        np.setdiff1d(ordered, chosen, assume_unique=True)[
            np.argsort(people.frailty[np.setdiff1d(ordered, chosen)], kind="stable")
        ],
        count - len(chosen),
        rng,
        1.3,
    )
    start = YEAR_2025 - 366
    people.chronic_since[chosen] = start - rng.integers(30, 2500, len(chosen))
    late = rng.random(len(rest)) > CHRONIC_BEFORE_2024
    people.chronic_since[rest] = np.where(
        late, start + rng.integers(0, 530, len(rest)), start - rng.integers(30, 2500, len(rest))
    )
