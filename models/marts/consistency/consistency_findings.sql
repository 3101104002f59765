with suspects as (

    select * from {{ ref('int_consistency__suspects') }}

),

checks as (

    select * from {{ ref('consistency_checks') }}

),

explanations as (

    select * from {{ ref('int_consistency__explanations') }}

),

-- the check that says most about a suspect: one that tests it directly, explained if possible, then the one furthest outside
ranked as (

    select
        suspects.suspect_figure_id,
        suspects.failed_count,
        suspects.check_count,
        checks.check_id,
        checks.family,
        checks.statement_zh,
        checks.statement_en,
        checks.severity,
        checks.who_fixes,
        checks.waiver,
        checks.other_value,
        checks.allowed_low,
        checks.allowed_high,
        checks.distance,
        explanations.cause as likely_cause,
        {{ divide('100 * checks.distance', 'abs(checks.other_value)') }} as distance_pct,
        count(*) over (partition by suspects.suspect_figure_id) as laid_to_it_count,
        row_number() over (
            partition by suspects.suspect_figure_id
            order by
                case when suspects.is_target then 0 else 1 end,
                case when explanations.cause is null then 1 else 0 end,
                checks.distance desc,
                checks.check_id
        ) as preference
    from suspects
    inner join checks
        on suspects.check_id = checks.check_id
    left join explanations
        on suspects.check_id = explanations.check_id

)

select
    ranked.check_id,
    figures.document_id,
    ranked.suspect_figure_id,
    ranked.family,
    ranked.statement_zh,
    ranked.statement_en,
    figures.printed_value,
    figures.printed_unit,
    figures.value,
    ranked.other_value,
    ranked.allowed_low,
    ranked.allowed_high,
    ranked.distance,
    ranked.distance_pct,
    ranked.likely_cause,
    cast(ranked.laid_to_it_count as integer) as failing_check_count,
    cast(ranked.check_count - ranked.failed_count as integer) as holding_check_count,
    ranked.severity,
    ranked.who_fixes,
    ranked.waiver,
    {% for coordinate in coordinates() %}
    figures.{{ coordinate }},
    {% endfor %}
    figures.measure,
    figures.section,
    figures.table_id,
    figures.row_label,
    figures.column_label,
    figures.document_line
from ranked
inner join {{ ref('int_consistency__input') }} as figures
    on ranked.suspect_figure_id = figures.figure_id
where ranked.preference = 1
order by ranked.distance_pct desc, ranked.check_id
