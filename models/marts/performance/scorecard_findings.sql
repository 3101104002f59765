-- What published forms say of a row of the scorecard and does not hold: findings on points and scores printed at it, and on the actual
-- and target that it is scored by. The scorecard computes nothing from here.
with rows_of_forms as (

    select
        scorecard.*,
        scores.fund,
        scores.benefit_category,
        scores.item as source_item,
        scores.measure as source_measure
    from {{ ref('scorecard') }} as scorecard
    left join {{ ref('int_performance__scores') }} as scores
        on scorecard.period = scores.period
        and scorecard.item = scores.indicator

)

select
    rows_of_forms.region,
    rows_of_forms.period,
    rows_of_forms.object,
    rows_of_forms.item,
    rows_of_forms.label_zh,
    case when findings.item = rows_of_forms.item then findings.measure else findings.version end as concerns,
    findings.check_id,
    findings.document_id,
    findings.suspect_figure_id,
    findings.document_line,
    findings.printed_value,
    findings.printed_unit,
    case
        when findings.measure = 'points' then cast(rows_of_forms.points as decimal(28, 8))
        when findings.measure = 'score' then rows_of_forms.score
        when findings.version = 'actual' then rows_of_forms.actual_value
        when findings.version = 'target' then cast(rows_of_forms.target_value as decimal(28, 8))
    end as scorecard_value,
    findings.statement_zh,
    findings.statement_en
from rows_of_forms
inner join {{ ref('consistency_findings') }} as findings
    on rows_of_forms.region = findings.region
    and rows_of_forms.period = findings.period
    and (
        rows_of_forms.item = findings.item
        or (
            rows_of_forms.source_measure = findings.measure
            and rows_of_forms.fund = findings.fund
            and rows_of_forms.benefit_category = findings.benefit_category
            and rows_of_forms.source_item = findings.item
        )
    )
where findings.document_id <> 'medfund'
