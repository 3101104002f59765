-- the persons over whom a rate is computed: enrolled or paying, by the issuer's definition
with persons as (

    select
        enrolment.region,
        enrolment.period,
        enrolment.fund,
        parameters.hospitalisation_base = 'paying' as counts_paying,
        enrolment.enrolled,
        enrolment.earlier_enrolled,
        enrolment.paying,
        enrolment.earlier_paying
    from {{ ref('int_operations__enrolment_by_period') }} as enrolment
    inner join {{ ref('dim_report_parameters') }} as parameters
        on enrolment.region = parameters.region
        and enrolment.fund = parameters.fund

)

select
    region,
    period,
    fund,
    cast(sum(case when counts_paying then paying else enrolled end) as bigint) as insured,
    cast(sum(case when counts_paying then earlier_paying else earlier_enrolled end) as bigint) as earlier_insured
from persons
group by region, period, fund
