-- ratios and means of every cut, from its sums
with sums as (

    select
        cells.*,
        max(case when cells.row_kind = 'total' then cells.visits end)
            over (partition by cells.region, cells.period, cells.fund, cells.cut) as visits_of_all,
        insured.insured,
        insured.earlier_insured,
        {{ total_paid('cells') }},
        {{ total_paid('cells', 'earlier_') }},
        parameters.basic_segment_covers,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from {{ ref('int_operations__inpatient_sums') }} as cells
    inner join {{ ref('dim_report_parameters') }} as parameters
        on cells.region = parameters.region
        and cells.fund = parameters.fund
    left join {{ ref('int_operations__insured') }} as insured
        on cells.region = insured.region
        and cells.period = insured.period
        and cells.fund = insured.fund

),

ratios as (

    select
        *,
        {{ mean('100 * visits', 'visits_of_all', 'sums') }} as visits_share,
        {{ inpatient_ratios('', 'sums') }},
        {{ inpatient_ratios('earlier_', 'sums') }}
    from sums

)

select
    region,
    period,
    earlier_period,
    fund,
    'inpatient' as benefit_category,
    cut,
    case cut when 'care_area' then ancestor when 'institution' then 'in_county' else 'all' end as care_area,
    case cut when 'institution_level' then ancestor else 'all' end as institution_level,
    case cut when 'institution' then ancestor else 'all' end as institution,
    row_kind,
    insured,
    visits_share,
    {{ compared(inpatient_measures(), parameters='ratios') }},
    {{ compared(inpatient_rates(), with_growth=false) }}
from ratios
