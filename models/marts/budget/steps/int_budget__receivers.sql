-- who gets a part of the local inpatient budget: the hospitals paid by DRG together, and each area's other hospitals
with receivers as (

    select
        region,
        region as receiver,
        'drg' as item,
        0 as position
    from {{ ref('int_budget__areas') }}
    group by region

    union all

    select
        region,
        area as receiver,
        'non_drg' as item,
        position
    from {{ ref('int_budget__areas') }}

)

select
    terms.scenario,
    terms.region,
    terms.fund,
    receivers.receiver,
    receivers.item,
    receivers.position,
    cast({{ divide('terms.local_pool', 'terms.rounding_unit') }} as bigint) as pool_units,
    cast({{ divide('terms.transfer', 'terms.rounding_unit') }} as bigint) as transfer_units,
    cast(coalesce(sum(payments.paid_year_before), 0) as decimal(18, 2)) as paid_year_before,
    cast(coalesce(sum(payments.paid_two_years_before), 0) as decimal(18, 2)) as paid_two_years_before,
    cast(coalesce(sum(payments.weighted_payments), 0) as decimal(24, 6)) as weighted_payments
from {{ ref('int_budget__terms') }} as terms
inner join receivers
    on terms.region = receivers.region
left join {{ ref('int_budget__payments') }} as payments
    on terms.scenario = payments.scenario
    and terms.fund = payments.fund
    and receivers.receiver = payments.receiver
    and receivers.item = payments.item
group by
    terms.scenario, terms.region, terms.fund, receivers.receiver, receivers.item, receivers.position, terms.local_pool, terms.transfer,
    terms.rounding_unit
