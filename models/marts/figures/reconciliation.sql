-- What a document prints, and what the claims and registers give at the same address. Nothing of the right side is read from the left.
with published as (

    select
        figures.*,
        -- an empty cell that its table means as 0
        coalesce(tables.blank_means, 'unknown') = 'zero' and figures.empty_reason = 'blank' as is_blank_zero
    from {{ ref('fct_published_figures') }} as figures
    left join {{ ref('dim_published_tables') }} as tables
        on figures.document_id = tables.document_id
        and figures.table_id = tables.table_id
    where figures.version = 'actual'
        -- a region of which claims were delivered
        and figures.region in (select region from {{ ref('dim_report_periods') }})

),

printed as (

    select
        *,
        case when is_blank_zero then 0 else value end as printed,
        case when is_blank_zero then 0 else value_low end as printed_low,
        case when is_blank_zero then 0 else value_high end as printed_high
    from published

),

-- marts that share an address (a total) have one value there; a check sees to it
computed as (

    select
        address_id,
        min(mart) as mart,
        max(value) as computed_value
    from {{ ref('figures') }}
    group by address_id

),

-- the check that proves a printed figure wrong: the finding on it, else a failing check of the document in which it takes part
failing as (

    select
        terms.figure_id,
        checks.check_id,
        row_number() over (
            partition by terms.figure_id order by case when terms.role = 'target' then 0 else 1 end, checks.distance desc, checks.check_id
        ) as preference
    from {{ ref('consistency_checks') }} as checks
    inner join {{ ref('consistency_check_terms') }} as terms
        on checks.check_id = terms.check_id
    where checks.status = 'inconsistent'
        and terms.figure_id is not null

),

compared as (

    select
        printed.*,
        computed.mart,
        computed.computed_value,
        coalesce(findings.check_id, failing.check_id) as check_id,
        findings.check_id is not null as is_suspect,
        computed.computed_value - printed.printed as difference,
        -- prints like it: half of the last digit goes up, away from 0
        case
            when printed.printed_low = printed.printed_high then computed.computed_value = printed.printed
            when printed.printed > 0
                then computed.computed_value >= printed.printed_low and computed.computed_value < printed.printed_high
            when printed.printed < 0
                then computed.computed_value > printed.printed_low and computed.computed_value <= printed.printed_high
            else computed.computed_value > printed.printed_low and computed.computed_value < printed.printed_high
        end as prints_alike
    from printed
    left join computed
        on printed.address_id = computed.address_id
    left join {{ ref('consistency_findings') }} as findings
        on printed.figure_id = findings.suspect_figure_id
    left join failing
        on printed.figure_id = failing.figure_id
        and failing.preference = 1

)

select
    compared.figure_id,
    compared.document_id,
    compared.table_id,
    compared.row_no,
    compared.column_no,
    compared.row_label,
    compared.column_label,
    compared.document_line,
    {% for coordinate in coordinates() %}
    compared.{{ coordinate }},
    {% endfor %}
    compared.measure,
    compared.address_id,
    compared.unit,
    compared.printed_value,
    compared.printed_unit,
    cast(compared.printed as decimal(28, 8)) as published_value,
    cast(compared.printed_low as decimal(28, 8)) as published_low,
    cast(compared.printed_high as decimal(28, 8)) as published_high,
    compared.mart,
    compared.computed_value,
    cast(compared.difference as decimal(28, 8)) as difference,
    coalesce(compared.prints_alike, false) as prints_alike,
    case
        when compared.printed is null then 'not_printed'
        when compared.computed_value is null then 'not_computed'
        when compared.prints_alike then 'reproduced'
        when compared.check_id is not null then 'explained'
        else 'unexplained'
    end as status,
    case
        when compared.computed_value is not null or compared.printed is null then null
        when periods.period is null then 'no claims of the whole period'
        when measures_computed.measure is null then 'not from claims and registers'
        else 'no value at this address'
    end as why_not_computed,
    case when not compared.prints_alike then compared.check_id end as check_id,
    compared.is_suspect
from compared
left join {{ ref('dim_report_periods') }} as periods
    on compared.region = periods.region
    and compared.period = periods.period
left join (select distinct region, measure from {{ ref('figures') }}) as measures_computed
    on compared.region = measures_computed.region
    and compared.measure = measures_computed.measure
