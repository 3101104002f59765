-- one row per printed figure, definition that holds for it and term: the address at which the operand would stand
with figures as (

    select * from {{ ref('int_consistency__figures') }}

),

definitions as (

    select * from {{ ref('int_consistency__definitions') }}

),

-- the periods that documents name, and those of our own marts
periods as (

    select
        period,
        earlier_period,
        previous_year,
        containing_year
    from {{ ref('dim_periods') }}

    union distinct

    select
        own.period,
        own.earlier_period,
        own.previous_year,
        own.containing_year
    from {{ ref('dim_report_periods') }} as own
    left join {{ ref('dim_periods') }} as named
        on own.period = named.period
    where named.period is null

),

matches as (

    select
        figures.figure_key,
        definitions.definition,
        definitions.specificity,
        max(definitions.specificity) over (partition by figures.figure_key) as highest_specificity
    from figures
    inner join definitions
        on figures.measure = definitions.measure
        and figures.document_id = coalesce(definitions.document_id, figures.document_id)
        and figures.region = coalesce(definitions.region, figures.region)
        and figures.fund = coalesce(definitions.fund, figures.fund)
        and figures.benefit_category = coalesce(definitions.benefit_category, figures.benefit_category)
        and figures.item = coalesce(definitions.item, figures.item)
    -- what is aimed at is set, not computed
    where figures.version <> 'target'

),

-- what an issuer defines in his own way replaces the usual definition
applied as (

    select
        figure_key,
        definition
    from matches
    where specificity = highest_specificity

),

addressed as (

    select
        figures.figure_key,
        figures.scope_id,
        figures.block_id,
        figures.address_key as target_address_key,
        terms.definition,
        terms.part,
        terms.term_no,
        terms.coefficient,
        figures.region,
        case terms.period
            when 'earlier_period' then periods.earlier_period
            when 'previous_year' then periods.previous_year
            when 'containing_year' then periods.containing_year
            else coalesce(terms.period, figures.period)
        end as period,
        coalesce(terms.version, figures.version) as version,
        -- a coordinate that the operand's measure lacks does not apply; one that only the operand has is at its root
        {% for coordinate in optional_coordinates() %}
        case
            when not measures.has_{{ coordinate }} then 'none'
            when terms.{{ coordinate }} is not null then terms.{{ coordinate }}
            when figures.{{ coordinate }} = 'none' then 'all'
            else figures.{{ coordinate }}
        end as {{ coordinate }},
        {% endfor %}
        terms.measure
    from applied
    inner join figures
        on applied.figure_key = figures.figure_key
    inner join {{ ref('int_consistency__terms') }} as terms
        on applied.definition = terms.definition
    inner join {{ ref('dim_measures') }} as measures
        on terms.measure = measures.measure
    left join periods
        on figures.period = periods.period

)

select
    figure_key,
    scope_id,
    block_id,
    target_address_key,
    definition,
    part,
    term_no,
    coefficient,
    measure,
    period,
    {{ key64(['scope_id'] + coordinates() + ['measure']) }} as address_key
from addressed
