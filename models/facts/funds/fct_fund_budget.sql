with amounts as (

    {{ rows_of_funds('stg_bureau__fund_budget', ['insured_division', 'insutype', 'budget_year', 'version_no', 'line'],
        ['amount_wan', 'amount'], 'budget_year') }}

),

numbers as (

    select distinct
        insured_division,
        fund,
        budget_year,
        version_no
    from amounts

),

-- in force is the last version of the year that has both approval and amounts
ranked as (

    select
        versions.insured_division,
        versions.fund,
        versions.budget_year,
        versions.version_no,
        versions.budget_version,
        versions.adjusts,
        versions.approved_on,
        row_number() over (
            partition by versions.insured_division, versions.fund, versions.budget_year order by versions.version_no desc
        ) as recency
    from {{ ref('fct_fund_budget_versions') }} as versions
    inner join numbers
        on versions.insured_division = numbers.insured_division
        and versions.fund = numbers.fund
        and versions.budget_year = numbers.budget_year
        and versions.version_no = numbers.version_no

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
