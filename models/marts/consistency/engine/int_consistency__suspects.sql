-- One slip fires several checks, and most of them show the wrong figure as an operand of a right one. A failing check is laid to
-- the figure that it tests, unless one of its operands fails again and again and hardly ever holds. Operands of one check with the
-- same record cannot be told apart: none of them is accused. A mean of 0 over visits that took place is wrong whatever its record.
with terms as (

    select
        terms.check_id,
        terms.figure_id,
        checks.status,
        terms.role = 'target' as is_target
    from {{ ref('consistency_check_terms') }} as terms
    inner join {{ ref('consistency_checks') }} as checks
        on terms.check_id = checks.check_id
    where terms.figure_id is not null
        and checks.status <> 'undecidable'

),

failing as (

    select * from {{ ref('int_consistency__identified') }}
    where status = 'inconsistent'

),

accused as (

    select distinct figure_id
    from terms
    where status = 'inconsistent'

),

records as (

    select
        terms.figure_id,
        sum(case when terms.status = 'inconsistent' then 1 else 0 end) as failed_count,
        count(*) as check_count
    from terms
    inner join accused
        on terms.figure_id = accused.figure_id
    group by terms.figure_id

),

tied as (

    select
        terms.check_id,
        records.failed_count,
        records.check_count
    from terms
    inner join records
        on terms.figure_id = records.figure_id
    where terms.status = 'inconsistent'
        and not terms.is_target
    group by terms.check_id, records.failed_count, records.check_count
    having count(distinct terms.figure_id) > 1

),

means_of_nothing as (

    select distinct
        failing.check_id,
        figures.figure_id
    from failing
    inner join {{ ref('int_consistency__weights') }} as weights
        on failing.figure_key = weights.parent_figure_key
        and failing.rule_id = weights.tree
        and failing.reach = weights.reach
    inner join {{ ref('int_consistency__figures') }} as figures
        on weights.child_figure_key = figures.figure_key
    where failing.family = 'weighted_mean'
        and weights.is_mean_of_nothing

),

-- A sum that fails with one printing of a part and holds with another: the printing is wrong, and not the sum.
outvoted as (

    select distinct parts.figure_id
    from failing
    inner join {{ ref('int_consistency__splits') }} as splits
        on failing.figure_key = splits.parent_figure_key
        and failing.rule_id = splits.tree
        and failing.reach = splits.reach
    inner join {{ ref('int_consistency__figures') }} as parts
        on splits.child_figure_key = parts.figure_key
    inner join {{ ref('int_consistency__agreements') }} as agreements
        on parts.figure_key = agreements.other_figure_key
    inner join {{ ref('int_consistency__figures') }} as printed_again
        on agreements.figure_key = printed_again.figure_key
    where failing.family = 'roll_up'
        and {{ judge(
            'failing.value', 'failing.value_low', 'failing.value_high',
            'failing.other_value - parts.value + printed_again.value',
            'failing.allowed_low - parts.value_low + printed_again.value_low',
            'failing.allowed_high - parts.value_high + printed_again.value_high'
        ) }} in ('consistent', 'rounding')

),

ranked as (

    select
        terms.check_id,
        terms.figure_id as suspect_figure_id,
        terms.is_target,
        records.failed_count,
        records.check_count,
        row_number() over (
            partition by terms.check_id
            order by
                case
                    when means_of_nothing.figure_id is not null or outvoted.figure_id is not null then 0
                    when tied.check_id is null
                        and records.failed_count >= 2
                        and records.failed_count > 3 * (records.check_count - records.failed_count) then 1
                    when terms.is_target then 2
                    else 3
                end,
                {{ divide('records.failed_count', 'records.check_count') }} desc,
                records.failed_count desc,
                case when terms.is_target then 0 else 1 end,
                terms.figure_id
        ) as preference
    from terms
    inner join records
        on terms.figure_id = records.figure_id
    left join tied
        on terms.check_id = tied.check_id
        and records.failed_count = tied.failed_count
        and records.check_count = tied.check_count
        and not terms.is_target
    left join means_of_nothing
        on terms.check_id = means_of_nothing.check_id
        and terms.figure_id = means_of_nothing.figure_id
    left join outvoted
        on terms.figure_id = outvoted.figure_id
    where terms.status = 'inconsistent'

)

select
    check_id,
    suspect_figure_id,
    is_target,
    failed_count,
    check_count
from ranked
where preference = 1
