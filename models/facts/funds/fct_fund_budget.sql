with amounts as (

    {{ rows_of_funds('stg_bureau__fund_budget', ['insured_division', 'insutype', 'budget_year', 'version_no', 'line'],
        ['amount_wan', 'amount'], 'budget_year') }}

),

-- the version in force is the last one of the year
ranked as (

    select
        *,
        row_number() over (partition by insured_division, fund, budget_year order by version_no desc) as recency
    from {{ ref('fct_fund_budget_versions') }}

)

select
    amounts.region,
    amounts.fund,
    amounts.insured_division,
    amounts.budget_year,
    amounts.version_no,
    versions.budget_version,
    versions.adjusts,
    versions.approved_on,
    coalesce(versions.recency = 1, false) as is_in_force,
    amounts.line,
    amounts.amount_wan,
    amounts.amount,
    amounts.is_synthetic,
    amounts.delivery_id,
    amounts.batch_id,
    amounts.source_file,
    amounts.source_line
from amounts
left join ranked as versions
    on amounts.insured_division = versions.insured_division
    and amounts.fund = versions.fund
    and amounts.budget_year = versions.budget_year
    and amounts.version_no = versions.version_no
