-- assistance is paid in settlements of either fund, and of neither: a fund of its own, split by who is insured. A category that the
-- tree of assistance does not have counts as unmapped.
with insured as (

    select
        claims.region,
        claims.period,
        claims.earlier_period,
        case claims.fund
            when 'resident' then 'assistance_resident'
            when 'employee' then 'assistance_employee'
            else 'assistance_other'
        end as fund,
        case when stays.member is not null then 'inpatient' else claims.benefit_category end as benefit_category,
        claims.assisted_visits,
        claims.earlier_assisted_visits,
        claims.assistance_paid,
        claims.earlier_assistance_paid
    from {{ ref('int_operations__claims_by_period') }} as claims
    left join {{ ref('bridge_members') }} as stays
        on stays.dimension = 'benefit_category'
        and stays.ancestor = 'inpatient'
        and claims.fund = stays.fund
        and claims.benefit_category = stays.member

),

paid as (

    select
        insured.region,
        insured.period,
        insured.earlier_period,
        insured.fund,
        coalesce(categories.member, 'unmapped') as benefit_category,
        {{ sum_with_earlier('assisted_visits', 'insured') }},
        {{ sum_with_earlier('assistance_paid', 'insured') }}
    from insured
    left join {{ ref('bridge_members') }} as categories
        on categories.dimension = 'benefit_category'
        and insured.fund = categories.fund
        and insured.benefit_category = categories.ancestor
        and insured.benefit_category = categories.member
        and categories.is_in_tree
    group by insured.region, insured.period, insured.earlier_period, insured.fund, coalesce(categories.member, 'unmapped')

),

-- a category without assistance is no row; the total stands even if it is 0
cells as (

    select
        region,
        period,
        earlier_period,
        fund,
        benefit_category,
        'member' as row_kind,
        assisted_visits,
        earlier_assisted_visits,
        assistance_paid,
        earlier_assistance_paid
    from paid
    where assistance_paid <> 0
        or assisted_visits <> 0
        or coalesce(earlier_assistance_paid, 0) <> 0

    {% for kind in ['subtotal', 'total'] %}
    union all

    select
        region,
        period,
        earlier_period,
        {{ "'assistance' as " if kind == 'total' }}fund,
        'all' as benefit_category,
        '{{ kind }}' as row_kind,
        {{ sum_with_earlier('assisted_visits', 'paid') }},
        {{ sum_with_earlier('assistance_paid', 'paid') }}
    from paid
    group by region, period, earlier_period{{ ', fund' if kind == 'subtotal' }}
    {% endfor %}

),

named as (

    select
        cells.region,
        cells.period,
        cells.earlier_period,
        cells.fund,
        cells.benefit_category,
        cells.row_kind,
        cells.assisted_visits as visits,
        cells.earlier_assisted_visits as earlier_visits,
        cells.assistance_paid as expenditure,
        cells.earlier_assistance_paid as earlier_expenditure,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from cells
    inner join {{ ref('dim_report_parameters') }} as parameters
        on cells.region = parameters.region
        and cells.fund = parameters.fund

)

select
    region,
    period,
    earlier_period,
    fund,
    benefit_category,
    row_kind,
    {{ compared('visits', parameters='named') }},
    {{ compared('expenditure', parameters='named') }}
from named
