"""The rules of the total budget: what is dealt out sums to what there was, and a year is the sum of its months."""

from __future__ import annotations

from typing import Any

from expectations.rules import SqlRule


class ExpectScenariosToMakeSense(SqlRule):
    """No row of a scenario is wrong (情景参数无误): weights sum to 1, pools do not exceed the income, no cut is negative."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the faults, each with scenario, row, value and what was expected."""
        return (
            "with batch as (select * from {batch}) "
            "select scenario as a_scenario, cast(row_no as varchar) as b_row, parameter as c_parameter, fund as d_fund, "
            "region as e_region, item as f_item, value as g_value, expected as h_expected from batch"
        )


class ExpectAllocationsToSumToTheirPool(SqlRule):
    """What is allocated of a scenario's local inpatient pool sums to it, to the fen (分配之和等于可分配总额)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return scenarios and funds whose allocations do not sum to the pool, or are not whole units."""
        return (
            "with batch as (select * from {batch}), "
            "dealt as (select scenario, fund, sum(allocation) as allocated from batch group by scenario, fund) "
            "select terms.scenario as a_scenario, terms.fund as b_fund, cast(terms.local_pool as varchar) as c_pool, "
            "cast(dealt.allocated as varchar) as d_allocated, null as e_area from staging.int_budget__terms as terms "
            "left join dealt on terms.scenario = dealt.scenario and terms.fund = dealt.fund "
            "where terms.local_pool is distinct from dealt.allocated "
            "and exists (select 1 from staging.int_budget__payments as payments "
            "where payments.scenario = terms.scenario and payments.fund = terms.fund and payments.weighted_payments > 0) "
            "union all select batch.scenario, batch.fund, cast(terms.rounding_unit as varchar), "
            "cast(batch.allocation as varchar), batch.region from batch "
            "inner join staging.int_budget__terms as terms on batch.scenario = terms.scenario and batch.fund = terms.fund "
            "where batch.allocation % terms.rounding_unit <> 0"
        )


class ExpectPlanToAgreeWithItsScenario(SqlRule):
    """The pools of the scenario that the plan is are the items that the bureau delivered (情景与预算方案一致)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the items of which the two do not say the same."""
        return (
            "with delivered as (select * from {batch}), "
            "plans as (select distinct scenario, region, budget_year, fund from staging.int_budget__terms where is_plan), "
            "pools as (select plans.region, plans.budget_year, plans.fund, parameters.item, parameters.number "
            "from plans inner join facts.dim_scenario_parameters as parameters "
            "on plans.scenario = parameters.scenario and plans.fund = parameters.fund and parameters.parameter = 'pool'), "
            "items as (select delivered.* from delivered inner join plans on delivered.region = plans.region "
            "and delivered.budget_year = plans.budget_year and delivered.fund = plans.fund where delivered.item <> 'income') "
            "select coalesce(pools.fund, items.fund) as a_fund, coalesce(pools.item, items.item) as b_item, "
            "cast(pools.number as varchar) as c_scenario, cast(items.amount as varchar) as d_delivered "
            "from pools full join items on pools.region = items.region and pools.budget_year = items.budget_year "
            "and pools.fund = items.fund and pools.item = items.item where pools.number is distinct from items.amount"
        )


class ExpectBudgetToBalance(SqlRule):
    """Expenditure is the sum of its items, and with the reserve it is the income (支出 + 风险金 = 收入)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the years and funds where it is not, or that have no income."""
        return (
            "with batch as (select * from {batch}), "
            "sums as (select region, period, fund, sum(allocation) as items from batch "
            "where row_kind = 'member' group by region, period, fund) "
            "select batch.period as a_period, batch.fund as b_fund, cast(batch.income as varchar) as c_income, "
            "cast(batch.expenditure as varchar) as d_expenditure, cast(batch.risk_reserve as varchar) as e_reserve, "
            "cast(sums.items as varchar) as f_items from batch inner join sums on batch.region = sums.region "
            "and batch.period = sums.period and batch.fund = sums.fund where batch.item = 'all' "
            "and coalesce(batch.expenditure + batch.risk_reserve <> batch.income or batch.expenditure <> sums.items, true)"
        )


class ExpectClearingToBalance(SqlRule):
    """What is cleared and what is not is what was executed; nothing is moved that is not there (清算收支相等)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return items that do not balance, and funds whose moves do not."""
        return (
            "with batch as (select * from {batch}) "
            "select period as a_period, fund as b_fund, item as c_item, cast(executed_amount as varchar) as d_left, "
            "cast(cleared_amount + not_cleared_amount as varchar) as e_right from batch "
            "where cleared_amount + not_cleared_amount <> executed_amount or not_cleared_amount < 0 or left_amount < 0 "
            "or (clearing = 'rigid' and cleared_amount > budget_amount + from_elastic_amount) "
            "union all select period, fund, 'all', cast(sum(given_amount) as varchar), "
            "cast(sum(from_elastic_amount) as varchar) from batch group by region, period, fund "
            "having sum(given_amount) <> sum(from_elastic_amount) "
            "or sum(from_reserve_amount) > greatest(max(reserve_amount), 0)"
        )


class ExpectExecutionToAddUp(SqlRule):
    """Months sum to the year to date, hospitals to areas, areas to the pooling area (月累计、区域汇总相符)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return the rows of the progress that are not the sum of those below or before them."""
        cell = "region, fund, item, institution_code"
        return (
            "with batch as (select * from {batch}), "
            f"months as (select *, sum(executed_amount) over (partition by {cell}, substr(period, 1, 4) order by period) "
            "as summed from batch), "
            "below as (select pooling_area as region, period, fund, item, 'city' as budget_level, "
            "sum(executed_to_date) as executed, sum(budget_amount) as budget from batch "
            "where budget_level = 'area' group by pooling_area, period, fund, item "
            "union all select region, period, fund, item, 'area', sum(executed_to_date), sum(budget_amount) from batch "
            "where budget_level = 'institution' group by region, period, fund, item) "
            "select period as a_period, region as b_region, fund as c_fund, item as d_item, institution_code as e_institution, "
            "cast(executed_to_date as varchar) as f_stated, cast(summed as varchar) as g_summed from months "
            "where executed_to_date is distinct from summed "
            "union all select batch.period, batch.region, batch.fund, batch.item, batch.budget_level, "
            "cast(batch.executed_to_date as varchar), cast(below.executed as varchar) from batch inner join below "
            "on batch.region = below.region and batch.period = below.period and batch.fund = below.fund "
            "and batch.item = below.item and batch.budget_level = below.budget_level "
            "where batch.executed_to_date <> below.executed or batch.budget_amount <> below.budget "
            "union all select batch.period, batch.region, batch.fund, batch.item, 'budget', "
            "cast(batch.budget_amount as varchar), cast(planned.allocation as varchar) from batch "
            "inner join marts.total_budget as planned on batch.region = planned.region "
            "and substr(batch.period, 1, 4) = planned.period and batch.fund = planned.fund and batch.item = planned.item "
            "where batch.budget_level = 'city' and batch.budget_amount is distinct from planned.allocation"
        )


class ExpectExecutionToMatchPayments(SqlRule):
    """The months of a complete year sum to what the hospital was paid in that year (月度执行之和等于年度统筹支出)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return hospitals and years of which the two registers do not say the same."""
        return (
            "with batch as (select * from {batch}), "
            "complete as (select budget_year from batch "
            "where budget_year in (select payment_year from facts.fct_hospital_payments) "
            "group by budget_year having count(distinct month_number) = 12), "
            "executed as (select institution_code, fund, budget_year, sum(amount) as amount from batch "
            "where institution_code <> 'none' and budget_year in (select budget_year from complete) group by all), "
            "paid as (select institution_code, fund, payment_year, amount from facts.fct_hospital_payments "
            "where payment_year in (select budget_year from complete) and amount <> 0) "
            "select coalesce(paid.institution_code, executed.institution_code) as a_institution, "
            "coalesce(paid.payment_year, executed.budget_year) as b_year, coalesce(paid.fund, executed.fund) as c_fund, "
            "cast(executed.amount as varchar) as d_months, cast(paid.amount as varchar) as e_paid "
            "from executed full join paid on executed.institution_code = paid.institution_code "
            "and executed.fund = paid.fund and executed.budget_year = paid.payment_year "
            "where executed.amount is distinct from paid.amount"
        )


class ExpectHospitalsToBeListed(SqlRule):
    """A hospital that was paid is in the list that says where it is and how it is paid (有支出的医院均在名录中)."""

    @classmethod
    def build_query(cls, values: dict[str, Any]) -> str:
        """Return hospitals that are in no list, or in an area that settles elsewhere than the payments say."""
        return (
            "with batch as (select * from {batch}) "
            "select batch.institution_code as a_institution, 'is paid, and in no list' as b_fault, "
            "batch.source_file as c_file, cast(batch.source_line as varchar) as d_line from batch "
            "left join facts.dim_budget_institutions as listed on batch.institution_code = listed.institution_code "
            "where listed.institution_code is null "
            "union all select executed.institution_code, 'executed in ' || executed.region || ', listed in ' "
            "|| coalesce(listed.region, 'no area'), executed.source_file, cast(executed.source_line as varchar) "
            "from facts.fct_budget_execution as executed "
            "left join facts.dim_budget_institutions as listed on executed.institution_code = listed.institution_code "
            "where executed.institution_code <> 'none' and executed.region is distinct from listed.region"
        )
