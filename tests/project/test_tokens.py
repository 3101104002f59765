"""The token rules, on examples: what they skip, and above all what they must not."""

from __future__ import annotations

import pytest
from tokens import EMPTY_MARKS, NOT_FIGURES, empty_marks_of, figures_of, tokens_of

from flows.contract import load_contracts

SKIPPED = [
    ("bookmark", "[bookmark: OLE_LINK4]以常住人口"),
    ("page_number", "- 1 -"),
    ("document_number", "晋市医保发〔2026〕8号"),
    ("attachment_number", "附件3-1"),
    ("dotted_date", "填报日期：2026.4.21"),
    ("year", "截至 2025 年"),
    ("year", "2025年末"),
    ("month_range", "专项行动,1-5 月全市药店"),
    ("month", "预计 7 月份能开展"),
    ("day", "6月 30日，税务征缴"),
    ("list_number_at_line_start", "1.截至本月"),
    ("list_number_at_line_start", "1、公务用车购置"),
    ("list_number_at_line_start", "#### 2、质量指标"),
    ("list_number_after_punctuation", "主要为：2. 场地运转"),
    ("list_number_after_punctuation", "长期参保; 2. 全面完成"),
    ("list_number_in_brackets", "（1）住院人次"),
]

FIGURES = [
    # what looks like a date
    ("可支付月数14.71个月", ["14.71"]),
    ("低于18个月的目标值", ["18"]),
    ("保证 3 个月正常支付水平", ["3"]),
    ("历时 60 年", ["60"]),
    ("播放宣传短片 1334 年", ["1334"]),
    ("住院 15 日常费用", ["15"]),
    # what looks like a list number
    ("3.79%、基金支出下降 1.13%", ["3.79", "1.13"]),
    ("5.96 万元", ["5.96"]),
    ("其中：2.5 万元", ["2.5"]),
    ("比上年（146555", ["146555"]),
    ("占比（12）%", ["12"]),
    ("12897.5，其中", ["12897.5"]),
    # signs, ranges and thousands
    ("小计 9279 10116 -837 -8.27", ["9279", "10116", "-837", "-8.27"]),
    ("（同比+5.92%）", ["+5.92"]),
    ("降价幅度在 6.3%-67.9%之间", ["6.3", "67.9"]),
    ("收入290,326.61万元", ["290,326.61"]),
    ("参保率 62.8%,1215 家", ["62.8", "1215"]),
    ("分别为 1234,567", ["1234", "567"]),
    # cells
    ("26年预算方案\t164790\t\t0.1", ["26", "164790", "0.1"]),
]


@pytest.mark.parametrize(("name", "line"), SKIPPED)
def test_a_number_that_is_no_figure_is_skipped_by_name(name, line):
    assert {token.pattern for token in tokens_of(line) if token.pattern} >= {name}
    assert not figures_of(line)


@pytest.mark.parametrize(("line", "figures"), FIGURES)
def test_a_figure_is_never_skipped(line, figures):
    assert [token.text for token in tokens_of(line) if token.pattern is None] == figures


def test_every_pattern_has_an_example():
    assert {name for name, _ in SKIPPED} == {pattern.name for pattern in NOT_FIGURES}


def test_one_token_printed_twice_counts_twice():
    assert figures_of("601.5\n24 24 0.24")[2, "24"] == 2


@pytest.mark.parametrize(
    ("reason", "line", "times"),
    [
        ("withheld", "居民提高至 XX 元/年,职工提高至 XX", 2),
        ("withheld", "XX 市跨省参保地、手机 APP、XX 医保", 0),
        ("dash", "政府采购金额\t—\t\t—", 2),
        ("dash", "编制依据——条例", 0),
        ("none", "无\t0\t无\t0\t无", 2),
        ("none", "本单位无政府性基金", 0),
    ],
)
def test_the_mark_of_an_empty_figure_is_counted(reason, line, times):
    assert empty_marks_of(line, reason)[1] == times


def test_every_empty_reason_but_blank_has_a_mark():
    columns = load_contracts()["published"]["figures"].columns
    (reasons,) = (column.codes.members() for column in columns if column.name == "empty_reason")
    assert reasons - {"blank"} == set(EMPTY_MARKS)
