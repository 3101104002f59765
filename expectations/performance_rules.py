"""The custom expectations on budgets, performance plans, scorecards and what a bureau counts of its work.

Each returns the rows that a person has to mend, with the delivery or the file that they came in. Importing this module
registers the expectations.
"""

from __future__ import annotations

from typing import Any

from expectations.rules import SqlRule

WORDS = "(case when target_bound = 'in_words' then 1 else 0 end)"
COORDINATES = ("fund", "benefit_category", "care_area", "institution_level", "institution", "item")


class ExpectWeightsToSumToHundred(SqlRule):
    """The weights of one form sum to 100 (一张自评表的分值合计为100分)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the forms whose weights do not, with their sum and where they stand."""
        return (
            "with plan as (select * from {batch}) "
            "select plan.period as a_year, indicators.object as b_form, cast(sum(plan.weight) as varchar) as c_sum_of_weights, "
            "'100' as d_expected, max(plan.delivery_id) as e_delivery, max(plan.source_file) as f_file, "
            "cast(min(plan.source_line) as varchar) || ' - ' || cast(max(plan.source_line) as varchar) as g_lines "
            "from plan join facts.dim_indicators as indicators on plan.indicator = indicators.indicator "
            "group by plan.region, plan.period, indicators.object having sum(plan.weight) <> 100"
        )


class ExpectWeightsToStandAtLeaves(SqlRule):
    """A weight stands at an indicator that is scored by itself, not at a group above one (分值只设在末级指标)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the weights of groups of which an indicator has a weight too."""
        return (
            "with plan as (select * from {batch}) "
            "select plan.indicator as a_group, leaf.indicator as b_indicator_in_it, plan.source_file as c_file, "
            "cast(plan.source_line as varchar) as d_line from plan "
            "join facts.dim_tree_paths as paths on paths.tree = 'indicators' and plan.indicator = paths.ancestor "
            "join plan as leaf on paths.descendant = leaf.indicator and plan.period = leaf.period"
        )


class ExpectScoringRulesToHaveTheirParameters(SqlRule):
    """A scoring rule has what it needs: a target, step and points of a deduction, steps of a scale (评分规则参数齐全)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the indicators whose rule lacks a parameter, and which."""
        return (
            "with plan as (select * from {batch}), ruled as (select plan.*, rules.ratio_factor, rules.step_factor, "
            "rules.deduct_factor + rules.deduct_begun_factor as deducts from plan "
            "join facts.scoring_rules as rules on plan.scoring_rule = rules.scoring_rule), "
            "faults as (select *, case "
            f"when {WORDS} = 0 and target_value is null then 'target_value: a target that is not in words is a number' "
            f"when {WORDS} = 0 and measure is null then 'measure: what the target is a number of' "
            f"when {WORDS} = 1 and ratio_factor + step_factor + deducts <> 0 then 'target_bound: this rule needs a number' "
            f"when {WORDS} = 1 and target_text is null then 'target_text: what is to be done' "
            "when ratio_factor <> 0 and target_value <= 0 then 'target_value: a proportion needs a target above 0' "
            "when deducts <> 0 and coalesce(deduct_per, 0) <= 0 then 'deduct_per: the step for which points are deducted' "
            "when deducts <> 0 and coalesce(deduct_points, 0) <= 0 then 'deduct_points: what is deducted for a step' "
            "when step_factor <> 0 and not exists (select 1 from facts.fct_performance_steps as steps "
            "where steps.period = ruled.period and steps.indicator = ruled.indicator) then 'performance_steps: no step of it' "
            "end as fault from ruled) "
            "select indicator as a_indicator, scoring_rule as b_rule, fault as c_missing, source_file as d_file, "
            "cast(source_line as varchar) as e_line from faults where fault is not null"
        )


class ExpectScoresToLieWithinTheirPoints(SqlRule):
    """A score is reported and lies between 0 and its points (得分不超过分值)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the rows whose score is missing, below 0 or above its points."""
        return (
            "with cards as (select * from {batch}) select object as a_form, item as b_indicator, label_zh as c_label, "
            "cast(points as varchar) as d_points, coalesce(cast(score as varchar), 'no actual is delivered') as e_score "
            "from cards where score is null or score < 0 or score > points or deduction <> points - score"
        )


class ExpectGroupsToAddUp(SqlRule):
    """Points and score of a group are the sums of what is in it (一级、二级指标与总分等于下级之和)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the groups whose points or score are not the sum of their members."""
        return (
            "with cards as (select * from {batch}) select groups.object as a_form, groups.item as b_group, "
            "cast(groups.points as varchar) as c_points, cast(sum(members.points) as varchar) as d_sum_of_points, "
            "cast(groups.score as varchar) as e_score, cast(sum(members.score) as varchar) as f_sum_of_scores "
            "from cards as groups join cards as members on groups.item = members.parent and groups.period = members.period "
            "group by groups.object, groups.item, groups.period, groups.points, groups.score "
            "having groups.points <> sum(members.points) or groups.score <> sum(members.score)"
        )


class ExpectBudgetVersionsToAddUp(SqlRule):
    """Initial budget + changes = full-year budget, for the whole department (年初预算 + 调整追加 = 全年预算)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the budgets that do not, with what they have."""
        sums = ", ".join(
            f"sum(case when version = '{version}' then outlay else 0 end) as {version}"
            for version in ("initial_budget", "adjustment", "full_year_budget")
        )
        return (
            f"with rows_of as (select * from {{batch}}), sums as (select region, period, fund, {sums}, "
            "max(case when version = 'full_year_budget' then 1 else 0 end) as has_budget from rows_of where item = 'all' "
            "group by region, period, fund) select region as a_region, period as b_year, "
            "cast(initial_budget as varchar) as c_initial, cast(adjustment as varchar) as d_changes, "
            "cast(full_year_budget as varchar) as e_full_year from sums "
            "where has_budget = 1 and initial_budget + adjustment <> full_year_budget"
        )


class ExpectAdjustmentsToSayWhy(SqlRule):
    """A change of the budget has a reason and changes an item that is budgeted (预算调整有原因、有对应预算项目)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the changes without a reason, of nothing, or of an item that no budget has."""
        return (
            "with entries as (select * from {batch}) select changes.entry_id as a_entry, changes.item as b_item, "
            "changes.budget_item as c_changes, cast(changes.amount as varchar) as d_amount, "
            "case when changes.reason is null then 'no reason' when changes.amount = 0 then 'changes nothing' "
            "else 'the initial budget has no such item' end as e_fault, "
            "changes.source_file as f_file, cast(changes.source_line as varchar) as g_line "
            "from entries as changes left join entries as budgeted on budgeted.version = 'initial_budget' "
            "and changes.region = budgeted.region and changes.period = budgeted.period "
            "and changes.budget_item = budgeted.item where changes.version = 'adjustment' "
            "and (changes.reason is null or changes.amount = 0 or budgeted.entry_id is null)"
        )


class ExpectMonthsToSumToTheirPeriod(SqlRule):
    """Where months and the whole period are reported, the months sum to it (分月之和等于累计数)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the kinds and counts whose months do not."""
        selects = []
        for count in ("institutions", "cases", "persons", "amount"):
            whole, months = (f"sum(case when month {sign} 'all' then {count} end)" for sign in ("=", "<>"))
            selects.append(
                f"select region as a_region, period as b_period, kind as c_kind, '{count}' as d_counted, "
                f"cast({whole} as varchar) as e_whole, cast({months} as varchar) as f_sum_of_months, "
                "string_agg(distinct delivery_id, ', ') as g_deliveries from counts group by region, period, kind "
                f"having {whole} <> {months}"
            )
        return "with counts as (select * from {batch}) " + " union all ".join(selects)


class ExpectCountsToFitTheCatalogue(SqlRule):
    """A count has a value or its two parts, and the coordinates of its measure and no others (统计数与指标目录一致)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the counts that do not, and why."""
        stray = " or ".join(f"(counts.{name} <> 'none') <> measures.has_{name}" for name in COORDINATES)
        return (
            "with counts as (select * from {batch}), judged as (select counts.*, case "
            f"when {stray} then 'a coordinate that the measure has not' "
            "when (counts.numerator is null) <> (counts.denominator is null) then 'numerator and denominator go together' "
            "when (counts.value is null) = (counts.numerator is null) then 'either a value or numerator and denominator' "
            "when counts.numerator is not null and measures.unit <> 'pct' then 'only a percentage has a numerator' "
            "when counts.numerator < 0 or counts.denominator <= 0 or counts.numerator > counts.denominator "
            "then 'the numerator is a part of the denominator' end as fault from counts "
            "left join facts.dim_measures as measures on counts.measure = measures.measure) "
            "select measure as a_measure, period as b_period, fault as c_fault, source_file as d_file, "
            "cast(source_line as varchar) as e_line from judged where fault is not null"
        )
