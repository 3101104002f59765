-- versions of a budget: the first is initial, each other adjusts one that is there and was approved before it
with versions as (

    select
        later.*,
        earlier.version_no as adjusted_no,
        earlier.approved_on as adjusted_on
    from {{ ref('fct_fund_budget_versions') }} as later
    left join {{ ref('fct_fund_budget_versions') }} as earlier
        on later.insured_division = earlier.insured_division
        and later.fund = earlier.fund
        and later.budget_year = earlier.budget_year
        and later.adjusts = earlier.version_no

),

judged as (

    select
        *,
        case
            when budget_version = 'initial' and adjusts is not null then 'adjusts: nothing, of an initial budget'
            when budget_version = 'adjusted' and (adjusted_no is null or adjusted_no >= version_no)
                then 'adjusts: the number of an earlier version'
            when approved_on < adjusted_on
                then 'approved_on: no earlier than ' || cast(adjusted_on as {{ dbt.type_string() }}) || ', when version '
                    || cast(adjusted_no as {{ dbt.type_string() }}) || ' was approved'
        end as expected
    from versions

)

select
    'budget_versions_in_order' as rule,
    region,
    budget_year as period,
    fund,
    'version ' || cast(version_no as {{ dbt.type_string() }}) as place,
    expected,
    'approved_on ' || cast(approved_on as {{ dbt.type_string() }})
    || ', adjusts ' || coalesce(cast(adjusts as {{ dbt.type_string() }}), 'none') as found,
    source_file,
    source_line
from judged
where expected is not null

union all

-- amounts of a version that nobody approved
select
    'budget_versions_in_order' as rule,
    region,
    budget_year as period,
    fund,
    'version ' || cast(version_no as {{ dbt.type_string() }}) as place,
    'version_no: a version with an approval date' as expected,
    'amounts of a version that is not registered' as found,
    min(source_file) as source_file,
    min(source_line) as source_line
from {{ ref('fct_fund_budget') }}
where budget_version is null
group by region, budget_year, fund, version_no
