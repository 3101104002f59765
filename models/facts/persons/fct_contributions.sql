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

)

select
    dated.contribution_kind,
    dated.contribution_id,
    dated.person_token,
    {{ member_of('funds') }} as fund,
    dated.pooling_division,
    {{ member_of('person_types', 'dated.psn_type') }} as person_type,
    dated.account_month,
    -- money counts in some month, whatever the sender wrote
    coalesce({{ first_of_account_month_or_null('dated.account_month') }}, {{ month_of('dated.known_on') }}) as contribution_month,
    dated.covers_from_month,
    dated.covers_to_month,
    {{ member_of('flags', 'dated.clct_flag') }} = 'collected' as is_collected,
    cast(dated.collected_at as date) as collected_on,
    cast(dated.treasury_at as date) as treasury_on,
    dated.base_amount,
    dated.person_amount,
    dated.employer_amount,
    dated.fiscal_amount,
    dated.other_amount,
    dated.total_amount,
    dated.person_into_account,
    dated.employer_into_account,
    dated.interest,
    dated.late_fee,
    dated.is_synthetic,
    dated.delivery_id,
    dated.batch_id,
    dated.source_file,
    dated.source_line
from dated
{{ join_code('funds', 'insutype', "coalesce(dated.insutype, case dated.contribution_kind when 'resident' then '390' else '310' end)",
    "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}
{{ join_code('person_types', 'psn_type', 'dated.psn_type', "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}
{{ join_code('flags', 'clct_flag', 'dated.clct_flag', "coalesce(dated.pooling_division, '00')", 'dated.known_on') }}
