-- One row per indicator of a plan: target, actual, and the score that the plan's own rule gives. The rules are rows of scoring_rules.
with plan as (

    select
        plan.region,
        plan.period,
        'actual' as version,
        {% for coordinate in optional_coordinates() %}
        {% set given = 'plan.' ~ coordinate if coordinate in ['fund', 'benefit_category', 'item'] else 'null' %}
        case when coalesce(measures.has_{{ coordinate }}, false) then coalesce({{ given }}, 'all') else 'none' end as {{ coordinate }},
        {% endfor %}
        coalesce(plan.measure, 'none') as measure,
        measures.unit,
        plan.indicator,
        plan.weight,
        plan.scoring_rule,
        plan.target_bound,
        plan.target_value,
        plan.target_text,
        plan.deduct_per,
        plan.deduct_points,
        plan.is_synthetic,
        bounds.sign,
        rules.flat_share,
        rules.ratio_factor,
        rules.step_factor,
        rules.deduct_factor,
        rules.deduct_begun_factor
    from {{ ref('fct_performance_plan') }} as plan
    inner join {{ ref('scoring_rules') }} as rules
        on plan.scoring_rule = rules.scoring_rule
    inner join {{ ref('target_bounds') }} as bounds
        on plan.target_bound = bounds.target_bound
    left join {{ ref('dim_measures') }} as measures
        on plan.measure = measures.measure

),

addressed as (

    select
        *,
        {{ address_hash(coordinates() + ['measure']) }} as address_id
    from plan

),

-- the warehouse's own figure goes before the reported one
measured as (

    select
        addressed.*,
        cast(coalesce(own.value, actuals.actual_value) as decimal(28, 8)) as actual_value,
        actuals.is_met as is_reported_met,
        actuals.actual_text,
        case
            when own.value is not null then own.mart
            when actuals.indicator is not null then 'delivered'
        end as actual_source
    from addressed
    left join {{ ref('int_performance__own_figures') }} as own
        on addressed.address_id = own.address_id
    left join {{ ref('fct_performance_actuals') }} as actuals
        on addressed.period = actuals.period
        and addressed.indicator = actuals.indicator

),

-- how far it is short of its target, in the target's direction
gaps as (

    select
        measured.*,
        measured.sign * (measured.target_value - measured.actual_value) as gap,
        case
            when measured.sign = 0 then measured.is_reported_met
            else measured.sign * (measured.target_value - measured.actual_value) <= 0
        end as is_met,
        {{ divide('measured.weight * case when measured.sign > 0 then measured.actual_value else measured.target_value end',
            'case when measured.sign > 0 then measured.target_value else measured.actual_value end') }} as points_in_proportion,
        {{ divide('measured.sign * (measured.target_value - measured.actual_value)', 'measured.deduct_per') }} as steps_short
    from measured

),

-- the best step that the actual reaches
stepped as (

    select
        gaps.period,
        gaps.indicator,
        max(steps.points) as step_points
    from gaps
    inner join {{ ref('fct_performance_steps') }} as steps
        on gaps.period = steps.period
        and gaps.indicator = steps.indicator
        and gaps.sign * (gaps.actual_value - steps.from_value) >= 0
    group by gaps.period, gaps.indicator

),

scored as (

    select
        gaps.*,
        case
            when gaps.is_met then cast(gaps.weight as decimal(18, 8))
            when not gaps.is_met
                then gaps.flat_share * gaps.weight
                    + gaps.ratio_factor * cast(coalesce(gaps.points_in_proportion, 0) as decimal(18, 8))
                    + gaps.step_factor * coalesce(stepped.step_points, 0)
                    - gaps.deduct_factor * cast(coalesce(gaps.deduct_points * gaps.steps_short, 0) as decimal(18, 8))
                    - gaps.deduct_begun_factor * cast(coalesce(gaps.deduct_points * ceil(gaps.steps_short), 0) as decimal(18, 8))
        end as unbounded_score
    from gaps
    left join stepped
        on gaps.period = stepped.period
        and gaps.indicator = stepped.indicator

)

select
    *,
    cast(case when unbounded_score < 0 then 0 when unbounded_score > weight then weight else unbounded_score end as decimal(28, 8))
        as score
from scored
