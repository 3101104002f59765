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

funds as (

    select distinct
        region,
        fund
    from stays

),

reports as (

    select
        periods.region,
        periods.period,
        periods.earlier_period,
        funds.fund
    from {{ ref('dim_report_periods') }} as periods
    inner join funds
        on periods.region = funds.region

),

-- what a report prints even if nothing happened there: every area and level of the trees, and the institutions of which there is a
-- stay in any period
printed as (

    select
        fund,
        dimension,
        ancestor,
        row_kind,
        cast(null as {{ dbt.type_string() }}) as region
    from {{ ref('bridge_members') }}
    where dimension in ('care_area', 'institution_level') and (is_in_tree or row_kind = 'total')

    union distinct

    select
        members.fund,
        members.dimension,
        members.ancestor,
        members.row_kind,
        stays.region
    from stays
    inner join {{ ref('bridge_members') }} as members
        on members.dimension = 'institution'
        and stays.fund = members.fund
        and stays.institution = members.member
    where stays.care_area = 'in_county'

),

-- each stay in every member and subtotal that it is a part of
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
        {{ with_earlier(measures, 'stays') }}
    from stays
    inner join {{ ref('bridge_members') }} as members
        on members.dimension = '{{ dimension }}'
        and stays.fund = members.fund
        and stays.{{ dimension }} = members.member
    {% if dimension == 'institution' %}
    where stays.care_area = 'in_county'
    {% endif %}

    union all

    {% endfor %}
    select
        reports.region,
        reports.period,
        reports.earlier_period,
        reports.fund,
        printed.dimension as cut,
        printed.ancestor,
        printed.row_kind,
        {{ none_with_earlier(measures, 'reports') }}
    from reports
    inner join printed
        on reports.fund = printed.fund
        and coalesce(printed.region, reports.region) = reports.region

)

select
    region,
    period,
    earlier_period,
    fund,
    cut,
    ancestor,
    row_kind,
    {{ sums_with_earlier(measures, 'cells') }}
from cells
group by region, period, earlier_period, fund, cut, ancestor, row_kind
