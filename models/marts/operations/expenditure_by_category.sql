with expenditure as (

    select * from {{ ref('int_operations__expenditure') }}

)

select
    expenditure.region,
    expenditure.period,
    expenditure.earlier_period,
    expenditure.fund,
    expenditure.benefit_category,
    expenditure.care_area,
    expenditure.row_kind,
    {{ compared('expenditure', parameters='expenditure') }},
    cast({{ mean('100 * expenditure', 'expenditure_of_all', 'expenditure') }} as decimal(28, 8)) as expenditure_share_of_total,
    -- a share of inpatient or outpatient expenditure is one for what lies under it in the fund's category tree
    case when inpatient.member is not null then {{ mean('100 * expenditure', 'expenditure_of_inpatient', 'expenditure') }} end
        as expenditure_share_of_inpatient,
    case when outpatient.member is not null then {{ mean('100 * expenditure', 'expenditure_of_outpatient', 'expenditure') }} end
        as expenditure_share_of_outpatient
from expenditure
{% for base in ['inpatient', 'outpatient'] %}
left join {{ ref('bridge_members') }} as {{ base }}
    on {{ base }}.dimension = 'benefit_category'
    and {{ base }}.ancestor = '{{ base }}'
    and expenditure.fund = {{ base }}.fund
    and expenditure.benefit_category = {{ base }}.member
{% endfor %}
