"""The institutions where the demo's care is given: the county's own by their real names, all others made up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from flows.demo.cells import hospitals
from flows.demo.figures import seed

EPOCH = dt.date(1970, 1, 1)
OPENED, OPEN_END = dt.date(2015, 1, 1), dt.date(9999, 12, 30)
CODE_OF_LEVEL = {"tertiary": "02", "secondary": "05", "primary": "08", "unrated": "11"}
LEVEL_OF_CODE = {
    f"{code:02d}": "tertiary" if code < 5 else "secondary" if code < 8 else "primary" if code < 11 else "unrated"
    for code in range(1, 12)
}
NEGOTIATED_NO = ("0", "2")


@dataclass(frozen=True)
class Spell:
    """An institution while its level stays the same. Its first and last day count."""

    code: str
    name: str
    admdvs: str
    kind: str
    hosp_lv: str
    since: dt.date
    until: dt.date
    area: str
    institution: str = "none"
    weight: float = 1.0

    @property
    def level(self) -> str:
        """The level that reports know."""
        return LEVEL_OF_CODE[self.hosp_lv]


# (care area, level, division, how many, name)
ELSEWHERE = (
    ("in_city", "tertiary", "620702", 3, "张掖市示例第{}医院"),
    ("in_city", "secondary", "620702", 2, "张掖市甘州区示例第{}医院"),
    ("in_city", "secondary", "620702", 1, "张掖市示例精神卫生中心{}"),
    ("in_city", "primary", "620702", 2, "张掖市甘州区示例第{}卫生院"),
    ("in_city", "unrated", "620724", 1, "高台县示例第{}门诊部"),
    ("in_province", "tertiary", "620102", 4, "甘肃省示例第{}医院"),
    ("in_province", "secondary", "620302", 2, "金昌市示例第{}医院"),
    ("in_province", "primary", "620602", 1, "武威市凉州区示例第{}卫生院"),
    ("in_province", "unrated", "620105", 1, "兰州市安宁区示例第{}门诊部"),
    ("out_of_province", "tertiary", "650102", 2, "新疆示例第{}医院"),
    ("out_of_province", "tertiary", "610113", 2, "陕西省示例第{}医院"),
    ("out_of_province", "tertiary", "110105", 2, "北京示例第{}医院"),
    ("out_of_province", "tertiary", "510107", 1, "四川省示例第{}医院"),
    ("out_of_province", "secondary", "630103", 2, "西宁市示例第{}医院"),
    ("out_of_province", "primary", "650202", 1, "克拉玛依市示例第{}卫生院"),
    ("out_of_province", "unrated", "320505", 1, "苏州市示例第{}门诊部"),
    ("in_county", "unrated", "620725", 30, "山丹县示例第{}大药房"),
    ("in_county", "unrated", "620725", 4, "山丹县示例第{}诊所"),
)
NUMERALS = "一二三四五六七八九十"
# the county's weights in care that is not printed by institution
WEIGHTS = {"shandan_peoples": 4.0, "shandan_tcm": 3.5, "shandan_mch": 0.6, "shandan_tonghe": 0.7, "shandan_renhui": 0.5}
CLOSED = {"shandan_chenhu_xinhe": dt.date(2024, 12, 31)}
# rated anew: the hospital was primary before; elsewhere a secondary hospital becomes tertiary in the middle of a half-year
RAISED = {
    "shandan_renhui": (dt.date(2024, 10, 1), "08", "06"),
    "张掖市甘州区示例第二医院": (dt.date(2025, 4, 1), "05", "03"),
}


@cache
def spells() -> tuple[Spell, ...]:
    """Return every institution, once for each level that it had."""
    labels = {row["institution"]: row["label_zh"] for row in seed("dimensions/dim_institutions.csv")}
    found: list[Spell] = []
    for number, (name, group) in enumerate(hospitals().items(), 1):
        code = "05" if group == "county_level" else "08"
        base = Spell(
            f"H620725{number:05d}",
            labels[name],
            "620725",
            "1",
            code,
            OPENED,
            CLOSED.get(name, OPEN_END),
            "in_county",
            name,
            WEIGHTS.get(name, 1.0),
        )
        found += _raised(base, name)
    for number, (area, level, admdvs, count, name) in enumerate(ELSEWHERE):
        pharmacy = "大药房" in name
        for i in range(count):
            code = f"{'P' if pharmacy else 'H'}{admdvs}{number + 20:03d}{i + 1:02d}"
            base = Spell(
                code,
                name.format(_numeral(i)),
                admdvs,
                "2" if pharmacy else "1",
                CODE_OF_LEVEL[level],
                OPENED,
                OPEN_END,
                area,
                weight=1 / (1 + 0.4 * i),
            )
            found += _raised(base, base.name)
    return tuple(found)


def _numeral(i: int) -> str:
    return NUMERALS[i] if i < 10 else f"{NUMERALS[i // 10 - 1] if i >= 20 else ''}十{NUMERALS[i % 10 - 1] if i % 10 else ''}"


def _raised(base: Spell, name: str) -> list[Spell]:
    if name not in RAISED:
        return [base]
    day, before, after = RAISED[name]
    fields = base.__dict__
    return [
        Spell(**{**fields, "hosp_lv": before, "until": day - dt.timedelta(days=1)}),
        Spell(**{**fields, "hosp_lv": after, "since": day}),
    ]


def days(day: dt.date) -> int:
    """Return days since 1970."""
    return (min(day, dt.date(2099, 12, 31)) - EPOCH).days


@cache
def pool(area: str, level: str, category: str) -> tuple[int, ...]:
    """Return the spells, as places in `spells()`, that give care of a category at an area and level."""
    found = [i for i, s in enumerate(spells()) if (s.area, s.level) == (area, level)]
    if category == "psychiatric_inpatient":
        return tuple(i for i in found if "精神" in spells()[i].name)
    found = [i for i in found if "精神" not in spells()[i].name]
    if category == "personal_account" or (
        level == "unrated" and area == "in_county" and category in ("negotiated_drug_outpatient",)
    ):
        return tuple(i for i in found if spells()[i].kind == "2")
    if category == "general_outpatient" and level == "unrated":
        return tuple(i for i in found if spells()[i].kind == "1")
    if category == "single_disease_inpatient":
        return tuple(i for i in found if spells()[i].institution in ("shandan_peoples", "shandan_tcm", "shandan_mch"))
    if category.endswith("_inpatient"):
        return tuple(i for i in found if spells()[i].kind == "1")
    return tuple(found)


@cache
def named(institution: str) -> tuple[int, ...]:
    """Return the spells of one institution of the county."""
    return tuple(i for i, s in enumerate(spells()) if s.institution == institution)
