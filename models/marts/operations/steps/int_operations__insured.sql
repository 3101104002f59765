-- the persons over whom a rate is computed: enrolled or paying, by the issuer's definition
select
    enrolment.region,
    enrolment.period,
    enrolment.fund,
    cast(sum(case when parameters.hospitalisation_base = 'paying' then enrolment.paying else enrolment.enrolled end) as bigint) as insured,
    cast(sum(case when parameters.hospitalisation_base = 'paying' then enrolment.earlier_paying else enrolment.earlier_enrolled end) as bigint)
        as earlier_insured
from {{ ref('int_operations__enrolment_by_period') }} as enrolment
inner join {{ ref('dim_report_parameters') }} as parameters
    on enrolment.region = parameters.region
    and enrolment.fund = parameters.fund
group by enrolment.region, enrolment.period, enrolment.fund
