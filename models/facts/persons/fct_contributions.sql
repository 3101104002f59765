{% set shared = ['contribution_id', 'person_token', 'insutype', 'psn_type', 'pooling_division', 'account_month', 'covers_from_month',
    'covers_to_month', 'clct_flag', 'collected_at', 'treasury_at', 'updated_at', 'person_amount', 'fiscal_amount', 'other_amount',
    'total_amount', 'is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line'] %}
{% set of_employees = ['base_amount', 'employer_amount', 'person_into_account', 'employer_into_account', 'interest', 'late_fee'] %}

with contributions as (

    select
        {{ shared | join(', ') }},
        {% for amount in of_employees %}
        cast(null as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        'resident' as contribution_kind
    from ({{ latest_rows('stg_platform__resident_contributions', 'contribution_id', shared) }}) as of_residents

    union all

    select
        {{ shared | join(', ') }},
        {{ of_employees | join(', ') }},
        'employee' as contribution_kind
    from ({{ latest_rows('stg_platform__employee_contributions', 'contribution_id', shared + of_employees) }}) as of_employees

),

dated as (

    select
        *,
        cast(coalesce(collected_at, updated_at) as date) as known_on
    from contributions

),

counted as (

    select
        dated.*,
        {{ member_of('funds') }} as fund,
        {{ member_of('person_types', 'dated.psn_type') }} as person_type,
        {{ member_of('flags', 'dated.clct_flag') }} as collection_status,
        -- money counts in some month, whatever the sender wrote
        coalesce({{ first_of_account_month_or_null('dated.account_month') }}, {{ month_of('dated.known_on') }}) as contribution_month,
        counties.region as pooling_county
    from dated
    left join {{ ref('dim_regions') }} as counties
        on dated.pooling_division = counties.admdvs
        and counties.region_level = 'county'
    {{ join_code('funds', 'insutype', "coalesce(dated.insutype, case dated.contribution_kind when 'resident' then '390' else '310' end)",
        "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}
    {{ join_code('person_types', 'psn_type', 'dated.psn_type', "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}
    {{ join_code('flags', 'clct_flag', 'dated.clct_flag', "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}

),

-- A pooling area may be a whole city: then the county is that of the person's enrolment, of that month and fund before others, of later
-- ones before earlier.
enrolled as (

    select
        counted.contribution_kind,
        counted.contribution_id,
        max({{ together({
            'is_of_month': 'case when counted.contribution_month between ' ~ month_of('enrolments.valid_from')
                ~ ' and enrolments.valid_to then 1 else 0 end',
            'is_of_fund': 'case when counted.fund = enrolments.fund then 1 else 0 end',
            'valid_from': 'enrolments.valid_from',
            'region': 'enrolments.region',
        }) }}) as best
    from counted
    inner join {{ ref('fct_enrolment') }} as enrolments
        on counted.person_token = enrolments.person_token
    where counted.pooling_county is null
    group by counted.contribution_kind, counted.contribution_id

)

select
    counted.contribution_kind,
    counted.contribution_id,
    counted.person_token,
    counted.fund,
    coalesce(counted.pooling_county, enrolled.best.region, 'unmapped') as region,
    counted.pooling_division,
    counted.person_type,
    counted.account_month,
    counted.contribution_month,
    counted.covers_from_month,
    counted.covers_to_month,
    counted.clct_flag,
    counted.collection_status,
    counted.collection_status = 'collected' as is_collected,
    cast(counted.collected_at as date) as collected_on,
    cast(counted.treasury_at as date) as treasury_on,
    counted.base_amount,
    counted.person_amount,
    counted.employer_amount,
    counted.fiscal_amount,
    counted.other_amount,
    -- the platform need not fill in the total
    cast(
        coalesce(
            counted.total_amount,
            case
                when coalesce(counted.person_amount, counted.employer_amount, counted.fiscal_amount, counted.other_amount) is not null
                    then
                        coalesce(counted.person_amount, 0) + coalesce(counted.employer_amount, 0)
                        + coalesce(counted.fiscal_amount, 0) + coalesce(counted.other_amount, 0)
            end
        ) as decimal(18, 2)
    ) as total_amount,
    counted.person_into_account,
    counted.employer_into_account,
    counted.interest,
    counted.late_fee,
    counted.is_synthetic,
    counted.delivery_id,
    counted.batch_id,
    counted.source_file,
    counted.source_line
from counted
left join enrolled
    on counted.contribution_kind = enrolled.contribution_kind
    and counted.contribution_id = enrolled.contribution_id
