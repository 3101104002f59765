-- Each form with its indicators, groups and total: points, target, actual, score by the plan's own rules, and what was lost and why.
with leaves as (

    select * from {{ ref('int_performance__scores') }}

),

counted as (

    select
        leaves.region,
        leaves.period,
        leaves.indicator as item,
        'member' as row_kind,
        leaves.weight as points,
        leaves.score,
        leaves.is_synthetic
    from leaves

    union all

    -- groups and the total add up their indicators
    select
        leaves.region,
        leaves.period,
        paths.ancestor as item,
        'subtotal' as row_kind,
        sum(leaves.weight) as points,
        case when count(leaves.score) = count(*) then sum(leaves.score) end as score,
        max(case when leaves.is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from leaves
    inner join {{ ref('dim_tree_paths') }} as paths
        on leaves.indicator = paths.descendant
        and paths.tree = 'indicators'
    group by leaves.region, leaves.period, paths.ancestor

)

select
    counted.region,
    counted.period,
    indicators.object,
    counted.item,
    indicators.parent,
    indicators.tier,
    indicators.label_zh,
    indicators.position,
    case when indicators.parent is null then 'total' else counted.row_kind end as row_kind,
    cast(counted.points as decimal(18, 2)) as points,
    leaves.target_bound,
    leaves.target_value,
    leaves.target_text,
    leaves.actual_value,
    leaves.actual_text,
    leaves.unit,
    leaves.actual_source,
    leaves.is_met,
    leaves.scoring_rule,
    cast(counted.score as decimal(28, 8)) as score,
    cast(counted.points - counted.score as decimal(28, 8)) as deduction,
    case
        when leaves.gap > 0
            then '实际 ' || {{ shown('leaves.actual_value', 2, 1) }}
                || '，' || bounds.label_zh || ' ' || {{ shown('leaves.target_value', 2, 1) }}
                || ' 差 ' || {{ shown('leaves.gap', 2, 1) }}
                || '；' || rules.label_zh
                || coalesce('，每 ' || {{ shown('leaves.deduct_per', 2, 1) }}, '')
                || coalesce(' 扣 ' || {{ shown('leaves.deduct_points', 2, 1) }} || ' 分', '')
                || '：扣 ' || {{ shown('counted.points - counted.score', 2, 1) }} || ' 分'
    end as deduction_reason,
    counted.is_synthetic
from counted
inner join {{ ref('dim_indicators') }} as indicators
    on counted.item = indicators.indicator
left join leaves
    on counted.period = leaves.period
    and counted.item = leaves.indicator
left join {{ ref('target_bounds') }} as bounds
    on leaves.target_bound = bounds.target_bound
left join {{ ref('scoring_rules') }} as rules
    on leaves.scoring_rule = rules.scoring_rule
