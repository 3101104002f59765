with care as (

    select
        claims.region,
        claims.period,
        claims.earlier_period,
        claims.fund,
        levels.ancestor as institution_level,
        levels.row_kind,
        {{ sum_with_earlier('visits', 'claims') }},
        {{ sum_with_earlier('total_cost', 'claims') }}
    from {{ ref('int_operations__claims_by_period') }} as claims
    inner join {{ ref('bridge_members') }} as levels
        on levels.dimension = 'institution_level'
        and claims.fund = levels.fund
        and claims.institution_level = levels.member
    where claims.benefit_category = 'chronic_outpatient'
    group by claims.region, claims.period, claims.earlier_period, claims.fund, levels.ancestor, levels.row_kind

),

spent as (

    select
        spent.region,
        spent.period,
        spent.fund,
        levels.ancestor as institution_level,
        {{ sum_with_earlier('expenditure', 'spent') }}
    from {{ ref('int_operations__expenditure_by_period') }} as spent
    inner join {{ ref('bridge_members') }} as levels
        on levels.dimension = 'institution_level'
        and spent.fund = levels.fund
        and spent.institution_level = levels.member
    where spent.benefit_category = 'chronic_outpatient'
    group by spent.region, spent.period, spent.fund, levels.ancestor

),

-- a registration is with the person, not with a level of institutions
registered as (

    select
        periods.region,
        periods.period,
        registrations.fund,
        count(*) as registered
    from {{ ref('dim_report_periods') }} as periods
    inner join {{ ref('bridge_report_regions') }} as reports
        on periods.region = reports.report_region
    inner join {{ ref('fct_chronic_registrations') }} as registrations
        on reports.region = registrations.region
        and periods.ends_on between registrations.valid_from and registrations.valid_to
    group by periods.region, periods.period, registrations.fund

),

cells as (

    select
        care.*,
        spent.expenditure,
        spent.earlier_expenditure,
        case when care.row_kind = 'total' then coalesce(registered.registered, 0) end as registered,
        case
            when care.row_kind = 'total' and care.earlier_period is not null then coalesce(earlier_registered.registered, 0)
        end as earlier_registered,
        {% for earlier in ['', 'earlier_'] %}
        {{ mean('100 * spent.' ~ earlier ~ 'expenditure', 'care.' ~ earlier ~ 'total_cost') }} as {{ earlier }}actual_ratio,
        {{ mean('care.' ~ earlier ~ 'total_cost', 'care.' ~ earlier ~ 'visits') }} as {{ earlier }}cost_per_visit,
        {% endfor %}
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from care
    inner join {{ ref('dim_report_parameters') }} as parameters
        on care.region = parameters.region
        and care.fund = parameters.fund
    left join spent
        on care.region = spent.region
        and care.period = spent.period
        and care.fund = spent.fund
        and care.institution_level = spent.institution_level
    left join registered
        on care.region = registered.region
        and care.period = registered.period
        and care.fund = registered.fund
    left join registered as earlier_registered
        on care.region = earlier_registered.region
        and care.earlier_period = earlier_registered.period
        and care.fund = earlier_registered.fund

)

select
    region,
    period,
    earlier_period,
    fund,
    'chronic_outpatient' as benefit_category,
    institution_level,
    row_kind,
    {{ compared(['registered', 'visits', 'total_cost', 'expenditure', 'cost_per_visit'], parameters='cells') }},
    {{ compared('actual_ratio', with_growth=false) }}
from cells
