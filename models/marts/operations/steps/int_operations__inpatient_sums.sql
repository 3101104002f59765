{% set measures = ['visits', 'bed_days', 'total_cost', 'own_expense', 'policy_cost', 'basic_paid', 'serious_paid', 'assistance_paid',
    'visits_settled_directly'] %}

-- stays as the issuer counts them: all kinds, or ordinary ones alone
with stays as (

    select claims.*
    from {{ ref('int_operations__claims_by_period') }} as claims
    inner join {{ ref('dim_report_parameters') }} as parameters
        on claims.region = parameters.region
        and claims.fund = parameters.fund
    inner join {{ ref('bridge_members') }} as categories
        on categories.dimension = 'benefit_category'
        and claims.fund = categories.fund
        and parameters.inpatient_covers = categories.ancestor
        and claims.benefit_category = categories.member

),

reports as (

    select
        periods.region,
        periods.period,
        periods.earlier_period,
        funds.fund
    from {{ ref('dim_report_periods') }} as periods
    inner join (select distinct region, fund from stays) as funds
        on periods.region = funds.region

),

-- each stay in every member and subtotal that it is a part of; an area or level without stays is printed with 0
cells as (

    {% for dimension in ['care_area', 'institution_level', 'institution'] %}
    select
        stays.region,
        stays.period,
        stays.earlier_period,
        stays.fund,
        '{{ dimension }}' as cut,
        members.ancestor,
        members.row_kind,
        {% for measure in measures %}
        stays.{{ measure }},
        stays.earlier_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from stays
    inner join {{ ref('bridge_members') }} as members
        on members.dimension = '{{ dimension }}'
        and stays.fund = members.fund
        and stays.{{ dimension }} = members.member
    {% if dimension == 'institution' %}
    where stays.care_area = 'in_county'
    {% else %}

    union all

    select
        reports.region,
        reports.period,
        reports.earlier_period,
        reports.fund,
        '{{ dimension }}' as cut,
        members.ancestor,
        members.row_kind,
        {% for measure in measures %}
        0 as {{ measure }},
        case when reports.earlier_period is not null then 0 end as earlier_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from reports
    inner join (
        select distinct fund, ancestor, row_kind
        from {{ ref('bridge_members') }}
        where dimension = '{{ dimension }}' and (is_in_tree or row_kind = 'total')
    ) as members
        on reports.fund = members.fund

    union all

    {% endif %}
    {% endfor %}

)

select
    region,
    period,
    earlier_period,
    fund,
    cut,
    ancestor,
    row_kind,
    {% for measure in measures %}
    {{ sum_with_earlier(measure, 'cells') }}{{ ',' if not loop.last }}
    {% endfor %}
from cells
group by region, period, earlier_period, fund, cut, ancestor, row_kind
