-- items of the national fund statement: what comes in, and what is passed on to other levels
{% set own = ['contributions', 'interest', 'fiscal_subsidy', 'other_income', 'transfer_in'] %}
{% set passed_on = ['to_above', 'to_below'] %}

with booked as (

    select
        booked.region,
        periods.period,
        periods.earlier_period,
        booked.fund,
        booked.item,
        {{ sum_of_period('booked.amount', 'amount') }}
    from {{ ref('int_operations__income_by_month') }} as booked
    inner join {{ ref('bridge_period_months') }} as periods
        on booked.region = periods.region
        and booked.month_starts_on = periods.month_starts_on
    group by booked.region, periods.period, periods.earlier_period, booked.fund, booked.item

),

items as (

    select
        region,
        period,
        earlier_period,
        fund,
        item,
        'member' as row_kind,
        amount,
        earlier_amount
    from booked
    where item not in ('serious_illness_insurance', 'other_expenditure', 'transfer_out')

    {% for total, kind, parts in [('own', 'subtotal', own), ('all', 'total', own + ['from_above', 'from_below'])] %}
    union all

    select
        region,
        period,
        earlier_period,
        fund,
        '{{ total }}' as item,
        '{{ kind }}' as row_kind,
        {{ sum_with_earlier('amount', 'booked') }}
    from booked
    where item in ({{ quoted(parts) }})
    group by region, period, earlier_period, fund
    {% endfor %}

),

standards as (

    select
        region,
        fund,
        standard_year,
        individual_amount + fiscal_amount as of_all,
        individual_amount as of_individual,
        fiscal_amount as of_fiscal
    from {{ ref('fct_contribution_standards') }}

),

named as (

    {% for flow, condition in [('income', 'not in'), ('expenditure', 'in')] %}
    select
        items.region,
        items.period,
        items.earlier_period,
        items.fund,
        items.item,
        items.row_kind,
        {% for measure in ['income', 'expenditure'] %}
        {% for earlier in ['', 'earlier_'] %}
        {{ 'items.' ~ earlier ~ 'amount' if measure == flow else 'cast(null as decimal(18, 2))' }} as {{ earlier }}{{ measure }},
        {% endfor %}
        {% endfor %}
        cast(null as decimal(18, 2)) as contribution_standard,
        cast(null as decimal(18, 2)) as earlier_contribution_standard,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from items
    inner join {{ ref('dim_report_parameters') }} as parameters
        on items.region = parameters.region
        and items.fund = parameters.fund
    where items.item {{ condition }} ({{ quoted(passed_on) }})

    union all
    {% endfor %}

    {% for item in ['all', 'individual', 'fiscal'] %}
    -- a standard holds for a year, which need not be over
    select
        standards.region,
        standards.standard_year as period,
        earlier.standard_year as earlier_period,
        standards.fund,
        '{{ item }}' as item,
        '{{ 'total' if item == 'all' else 'member' }}' as row_kind,
        null as income,
        null as earlier_income,
        null as expenditure,
        null as earlier_expenditure,
        standards.of_{{ item }} as contribution_standard,
        earlier.of_{{ item }} as earlier_contribution_standard,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from standards
    left join standards as earlier
        on standards.region = earlier.region
        and standards.fund = earlier.fund
        and cast(standards.standard_year as integer) - 1 = cast(earlier.standard_year as integer)
    inner join {{ ref('dim_report_parameters') }} as parameters
        on standards.region = parameters.region
        and standards.fund = parameters.fund
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- income of a whole year and the standard of that year stand in one row
merged as (

    select
        region,
        period,
        max(earlier_period) as earlier_period,
        fund,
        item,
        row_kind,
        {% for measure in ['income', 'expenditure', 'contribution_standard'] %}
        max({{ measure }}) as {{ measure }},
        max(earlier_{{ measure }}) as earlier_{{ measure }},
        {% endfor %}
        max(growth_from_zero) as growth_from_zero,
        max(growth_of_none) as growth_of_none
    from named
    group by region, period, fund, item, row_kind

)

select
    region,
    period,
    earlier_period,
    fund,
    item,
    row_kind,
    {{ compared('income', parameters='merged') }},
    {{ compared('expenditure', parameters='merged') }},
    {{ compared('contribution_standard', parameters='merged') }}
from merged
