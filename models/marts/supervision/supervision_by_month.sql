-- supervision by month and kind, where months were reported
select
    counts.region,
    counts.period,
    counts.month,
    counts.kind,
    max(kinds.label_zh) as label_zh,
    max(counts.institutions) as institutions,
    max(counts.cases) as cases,
    max(counts.persons) as persons,
    max(counts.amount) as amount,
    max(case when counts.is_synthetic then 1 else 0 end) = 1 as is_synthetic
from {{ ref('fct_supervision_cases') }} as counts
inner join {{ ref('supervision_kinds') }} as kinds
    on counts.kind = kinds.kind
where counts.month <> 'all'
group by counts.region, counts.period, counts.month, counts.kind
