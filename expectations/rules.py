"""The custom expectations of medfund. Each is a sentence about a table.

It is checked in SQL, on DECIMALs, and returns the rows that a person needs.
A rule is written for the whole table of its suite: `{batch}` stands for it. Importing this module registers the rules,
so that a suite's YAML can name them by type (`expect_subtotals_to_add_up`).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import great_expectations.expectations as gxe
from great_expectations.compatibility import pydantic
from great_expectations.render import (
    LegacyDiagnosticRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.renderer import renderer

MAX_ROWS_SHOWN = 50


def text_literal(value: str) -> str:
    """Quote a text for a query of GX, which runs `str.format` and bind parameters over it."""
    return "'" + value.replace("'", "''").replace("{", "{{").replace("}", "}}").replace(":", "\\:") + "'"


class SqlRule(gxe.UnexpectedRowsExpectation):
    """A rule whose SQL is built from its typed parameters, and whose failing rows Data Docs show in words.

    Subclasses declare their parameters as fields and build the query. It returns the rows that break the rule, with
    amounts cast to text: GX would show a DECIMAL as a float.
    """

    unexpected_rows_query: str = ""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the query for the rows that break the rule."""
        raise NotImplementedError

    @pydantic.root_validator(skip_on_failure=True)
    def _fill_query(cls, values: dict[str, Any]) -> dict[str, Any]:
        if cls.build_query.__func__ is not SqlRule.build_query.__func__:
            values["unexpected_rows_query"] = cls.build_query(values)
        return values

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(cls, configuration=None, result=None, runtime_configuration=None):
        count = (result.result or {}).get("observed_value") if result else None
        if result is None or result.success or count is None:  # no count: it crashed, GX shows how
            return super()._diagnostic_unexpected_statement_renderer(result=result)
        template = {
            "template": "\n\n$count rows break this rule (不符合的行).",
            "params": {"count": f"{count:,}"},
            "tag": "strong",
            "styling": {"classes": ["text-danger"]},
        }
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(cls, configuration=None, result=None, runtime_configuration=None):
        rows = ((result.result or {}).get("details") or {}).get("unexpected_rows") if result else None
        if not rows:
            return None
        header = sorted(rows[0])  # GX keeps no order: a rule names its columns a_, b_, … in the order in which to show them
        shown = [re.sub(r"^[a-z]_", "", name) for name in header]
        cells = [["" if row[name] is None else str(row[name]) for name in header] for row in rows[:MAX_ROWS_SHOWN]]
        return [
            RenderedTableContent(
                content_block_type="table",
                header_row=shown,
                table=cells,
                styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
            )
        ]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(cls, configuration=None, result=None, runtime_configuration=None):
        count = (result.result or {}).get("observed_value") if result else None
        return "--" if count is None else f"{count:,} rows"


class ConsistencyRule(SqlRule):
    """A rule over `marts.consistency_checks`: no check that it covers may be inconsistent.

    `at_least` is how many checks must have been decided, for a suite that knows what it will be given.
    A check on a finding that is waived (expectations/waivers.yml) does not count.
    """

    at_least: int = 0
    severity_of_checks: str = "warning"
    covers: ClassVar[str] = "false"

    @classmethod
    def covered(cls, values: dict[str, Any]) -> str:
        """Return the SQL condition of the checks that the rule covers."""
        return cls.covers

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the inconsistent checks, and a row that says so when too few were decided."""
        at_least = int(values["at_least"])
        severity = text_literal(values["severity_of_checks"])
        return (
            "with checks as (select * from {batch}), "
            f"covered as (select * from checks where ({cls.covered(values)}) and severity = {severity}), "
            "decided as (select count(*) as n from covered where status <> 'undecidable') "
            "select statement_zh as a_statement_zh, statement_en as b_statement_en, document_id as c_document, "
            "cast(document_line as varchar) as d_line, cast(residual as varchar) as e_residual, check_id as f_check_id "
            "from covered where status = 'inconsistent' and waiver is null "
            "union all "
            f"select '只判定了 ' || n || ' 项校验，至少应有 {at_least} 项', "
            f"'only ' || n || ' checks could be decided, at least {at_least} are expected', "
            f"null, null, null, null from decided where n < {at_least}"
        )


class ExpectSubtotalsToAddUp(ConsistencyRule):
    """A parent equals the sum of its children in a tree, within the rounding of what was printed (小计等于各项之和).

    Where only some children are printed, their sum does not exceed the parent.

    Args:
        tree: code of the tree (seed trees); all trees if left out.
        at_least: checks that must have been decided.

    """

    tree: str = ""

    @classmethod
    def covered(cls, values: dict[str, Any]) -> str:
        """Cover roll-ups and bounds, of one tree if it is named."""
        tree = f" and rule_id = {text_literal(values['tree'])}" if values["tree"] else ""
        return f"family in ('roll_up', 'bound'){tree}"


class ExpectComponentsToSumToTotal(ConsistencyRule):
    """The components of a total sum to it, row by row (各组成部分之和等于合计).

    For example basic + serious-illness + assistance = total reimbursed (基本 + 大病 + 救助 = 合计): definition `total_paid`.

    Args:
        definition: code of the definition (seed definitions), whose form is `sum`.
        at_least: checks that must have been decided.

    """

    definition: str

    @classmethod
    def covered(cls, values: dict[str, Any]) -> str:
        """Cover the checks of one definition."""
        return f"family = 'formula' and rule_id = {text_literal(values['definition'])}"


class ExpectFormulasToHold(ConsistencyRule):
    """A derived figure equals its definition over the other figures (派生指标等于其定义): shares, means, rates, balances."""

    covers: ClassVar[str] = "family = 'formula'"


class ExpectMeansToBeWeighted(ConsistencyRule):
    """A mean or ratio of a whole lies where the weighted mean of its parts lies (总体均值等于分项加权平均)."""

    covers: ClassVar[str] = "family = 'weighted_mean'"


class ExpectOneAddressToHaveOneValue(ConsistencyRule):
    """A figure that is stated twice has one value (同一数字前后一致): two tables, table and text, 元 and 万元."""

    covers: ClassVar[str] = "family = 'agreement'"


class ExpectRowsToBeAccountedFor(SqlRule):
    """Rows in = rows in the lake + rows in quarantine, for every file (行数守恒)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the files whose counts do not add up."""
        return (
            "with files as (select * from {batch}) select file_name, batch_id, cast(row_count as varchar) as row_count, "
            "cast(loaded_count as varchar) as loaded_count, cast(quarantined_count as varchar) as quarantined_count "
            "from files where row_count is distinct from loaded_count + quarantined_count"
        )


class ExpectAddressesToFitTheCatalogue(SqlRule):
    """An address has the coordinates of its measure and no others, and its unit is the measure's (地址与指标目录一致).

    Persons, visits and counts are all counted, so a printed 人 for visits is read as it stands.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the figures whose address or unit the catalogue does not know."""
        dimensions = ("fund", "benefit_category", "care_area", "institution_level", "institution", "item")
        stray = " or ".join(f"(figures.{d} <> 'none') <> measures.has_{d}" for d in dimensions)
        counted = "('person', 'visit', 'count')"
        return (
            "with figures as (select * from {batch}) select figures.figure_id, figures.measure, figures.printed_value, "
            "figures.printed_unit, measures.unit from figures "
            "left join facts.dim_measures as measures on figures.measure = measures.measure "
            "left join facts.units as units on figures.printed_unit = units.unit "
            f"where measures.measure is null or {stray} or coalesce(units.base_unit <> measures.unit "
            f"and not (units.base_unit in {counted} and measures.unit in {counted}), false)"
        )


class ExpectValueOrReason(SqlRule):
    """A figure has a value or says why it has none, never both (有数值或有无值原因)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the figures with neither, and those with both."""
        return (
            "with figures as (select * from {batch}) select figure_id, printed_value, empty_reason from figures "
            "where (value is null) <> (empty_reason is not null)"
        )


class ExpectEveryFigureToBeAccountedFor(SqlRule):
    """A figure takes part in a check that was decided, or the list of uncovered figures names it (每个数字都有交代).

    An engine that yields nothing, or loses figures on its way, is caught here.
    """

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the figures that neither a decided check nor the list of uncovered figures knows."""
        return (
            "with figures as (select * from {batch}), covered as ("
            "select terms.figure_id from marts.consistency_check_terms as terms "
            "join marts.consistency_checks as checks on terms.check_id = checks.check_id where checks.status <> 'undecidable' "
            "union all select figure_id from marts.figures_without_checks) "
            "select figures.figure_id, figures.printed_value from figures "
            "where not exists (select 1 from covered where covered.figure_id = figures.figure_id)"
        )


class ExpectWaiversToMatchFindings(SqlRule):
    """A waiver matches a check that fails, and its last day has not passed (豁免有效)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the waivers that match no failing check, and those that have run out."""
        return (
            "with waivers as (select * from {batch}) select waivers.check_id, waivers.reason, waivers.waived_by, "
            "cast(waivers.valid_until as varchar) as valid_until, "
            "case when waivers.valid_until < current_date then 'has run out' else 'matches no finding' end as fault "
            "from waivers left join marts.consistency_checks as checks "
            "on waivers.check_id = checks.check_id and checks.status = 'inconsistent' "
            "where checks.check_id is null or waivers.valid_until < current_date"
        )
