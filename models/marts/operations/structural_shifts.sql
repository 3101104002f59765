-- Where a fund's growth comes from. Expenditure is visits × cost per visit × share of the cost that the fund paid; each factor moves in
-- turn from the earlier period's value to this one's, so that the three effects add up to the change, to the fen.
with care as (

    select
        region,
        period,
        fund,
        benefit_category,
        care_area,
        {{ sum_with_earlier('visits', 'claims') }},
        {{ sum_with_earlier('total_cost', 'claims') }}
    from {{ ref('int_operations__claims_by_period') }} as claims
    group by region, period, fund, benefit_category, care_area

),

spent as (

    select
        region,
        period,
        earlier_period,
        fund,
        benefit_category,
        care_area,
        {{ sum_with_earlier('expenditure', 'spent') }}
    from {{ ref('int_operations__expenditure_by_period') }} as spent
    where earlier_period is not null
    group by region, period, earlier_period, fund, benefit_category, care_area

),

cells as (

    select
        spent.region,
        spent.period,
        spent.earlier_period,
        spent.fund,
        spent.benefit_category,
        spent.care_area,
        spent.expenditure,
        spent.earlier_expenditure,
        spent.expenditure - spent.earlier_expenditure as expenditure_change,
        coalesce(care.visits, 0) as visits,
        coalesce(care.earlier_visits, 0) as earlier_visits,
        coalesce(care.total_cost, 0) as total_cost,
        coalesce(care.earlier_total_cost, 0) as earlier_total_cost,
        -- an allowance has no visits, the money of personal accounts is spent in visits of every kind
        spent.benefit_category not in ('personal_account', 'maternity_allowance')
        and care.visits > 0 and care.earlier_visits > 0 and care.total_cost > 0 and care.earlier_total_cost > 0 as has_factors
    from spent
    left join care
        on spent.region = care.region
        and spent.period = care.period
        and spent.fund = care.fund
        and spent.benefit_category = care.benefit_category
        and spent.care_area = care.care_area

),

-- to the fen; what rounding leaves goes to the last factor
factors as (

    select
        *,
        cast({{ divide('earlier_expenditure * (visits - earlier_visits)', 'earlier_visits') }} as decimal(18, 2)) as visits_factor,
        cast({{ divide('earlier_expenditure * (total_cost - visits * ' ~ divide('earlier_total_cost', 'earlier_visits') ~ ')',
            'earlier_total_cost') }} as decimal(18, 2)) as cost_factor
    from cells

),

effects as (

    select
        *,
        case when has_factors then visits_factor else 0 end as visits_effect,
        case when has_factors then cost_factor else 0 end as cost_effect
    from factors

)

select
    region,
    period,
    earlier_period,
    fund,
    benefit_category,
    care_area,
    expenditure,
    earlier_expenditure,
    expenditure_change,
    {{ divide('100 * expenditure_change', 'sum(earlier_expenditure) over (partition by region, period, fund)') }} as points_of_growth,
    cast(row_number() over (
        partition by region, period, fund order by expenditure_change desc, benefit_category, care_area
    ) as integer) as rank_in_fund,
    visits_effect,
    cost_effect,
    cast(case when has_factors then expenditure_change - visits_effect - cost_effect else 0 end as decimal(18, 2)) as ratio_effect,
    cast(case when has_factors then 0 else expenditure_change end as decimal(18, 2)) as other_effect,
    visits,
    earlier_visits,
    total_cost,
    earlier_total_cost,
    {{ divide('100 * expenditure', 'sum(expenditure) over (partition by region, period, fund, benefit_category)') }} as share_of_category,
    {{ divide('100 * earlier_expenditure', 'sum(earlier_expenditure) over (partition by region, period, fund, benefit_category)') }}
        as earlier_share_of_category
from effects
