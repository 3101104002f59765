-- What a document prints, and what the warehouse gives at the same address. Nothing of the right side is read from the left.
with published as (

    select
        figures.*,
        -- an empty cell that its table means as 0
        coalesce(tables.blank_means, 'unknown') = 'zero' and figures.empty_reason = 'blank' as is_blank_zero
    from {{ ref('fct_published_figures') }} as figures
    left join {{ ref('dim_published_tables') }} as tables
        on figures.document_id = tables.document_id
        and figures.table_id = tables.table_id
    -- regions of which anything was delivered that a mart computes from
    where figures.region in (select computed.region from {{ ref('figures') }} as computed)

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

measures_computed as (

    select distinct
        region,
        version,
        measure
    from {{ ref('figures') }}

),

periods_computed as (

    select distinct
        region,
        period
    from {{ ref('figures') }}

),

-- checks of documents alone: a check that a figure of ours takes part in explains nothing here
checks as (

    select checks.*
    from {{ ref('consistency_checks') }} as checks
    left join (
        select distinct terms.check_id
        from {{ ref('consistency_check_terms') }} as terms
        left join {{ ref('fct_published_figures') }} as figures
            on terms.figure_id = figures.figure_id
        where terms.figure_id is not null and figures.figure_id is null
    ) as with_ours
        on checks.check_id = with_ours.check_id
    where with_ours.check_id is null

),

terms as (

    select
        terms.*,
        checks.family,
        checks.status,
        checks.distance
    from {{ ref('consistency_check_terms') }} as terms
    inner join checks
        on terms.check_id = checks.check_id

),

-- the check that proves a printed figure wrong: the finding on it, else a failing check in which it takes part
failing as (

    select
        figure_id,
        check_id,
        row_number() over (
            partition by figure_id order by case when role = 'target' then 0 else 1 end, distance desc, check_id
        ) as preference
    from terms
    where status = 'inconsistent' and figure_id is not null

),

compared as (

    select
        printed.*,
        computed.mart,
        computed.computed_value,
        coalesce(findings.check_id, failing.check_id) as check_id,
        case
            when findings.check_id is not null then 'a finding on this figure'
            when failing.check_id is not null then 'a failing check in which it takes part'
        end as explained_by,
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

),

-- figures that hold, but over others: computed from one that a check proves wrong, or from rounded ones, of which each prints alike
targets as (

    select
        compared.figure_id,
        terms.check_id,
        terms.status
    from compared
    inner join terms
        on compared.figure_id = terms.figure_id
        and terms.role = 'target'
        and terms.family = 'formula'
        and terms.status in ('consistent', 'rounding')
    where not compared.prints_alike and compared.check_id is null

),

operands as (

    select
        targets.figure_id,
        targets.check_id,
        max(case when not compared.prints_alike and compared.check_id is not null then 1 else 0 end) = 1 as has_wrong_operand,
        targets.status = 'consistent' and min(case when compared.prints_alike then 1 else 0 end) = 1 as is_of_rounded_figures
    from targets
    inner join terms
        on targets.check_id = terms.check_id
        and terms.role <> 'target'
    left join compared
        on terms.figure_id = compared.figure_id
    group by targets.figure_id, targets.check_id, targets.status

),

followed as (

    select
        figure_id,
        check_id,
        has_wrong_operand,
        row_number() over (partition by figure_id order by case when has_wrong_operand then 0 else 1 end, check_id) as preference
    from operands
    where has_wrong_operand or is_of_rounded_figures

),

explained as (

    select
        compared.*,
        coalesce(compared.check_id, followed.check_id) as explaining_check_id,
        coalesce(
            compared.explained_by,
            case
                when followed.has_wrong_operand then 'computed from a figure that a check proves wrong'
                when followed.check_id is not null then 'computed from rounded figures'
            end
        ) as explanation
    from compared
    left join followed
        on compared.figure_id = followed.figure_id
        and followed.preference = 1

)


select
    explained.figure_id,
    explained.document_id,
    explained.table_id,
    explained.row_no,
    explained.column_no,
    explained.row_label,
    explained.column_label,
    explained.document_line,
    {% for coordinate in coordinates() %}
    explained.{{ coordinate }},
    {% endfor %}
    explained.measure,
    explained.address_id,
    explained.unit,
    explained.printed_value,
    explained.printed_unit,
    cast(explained.printed as decimal(28, 8)) as published_value,
    cast(explained.printed_low as decimal(28, 8)) as published_low,
    cast(explained.printed_high as decimal(28, 8)) as published_high,
    explained.mart,
    explained.computed_value,
    cast(explained.difference as decimal(28, 8)) as difference,
    coalesce(explained.prints_alike, false) as prints_alike,
    case
        when explained.printed is null then 'not_printed'
        when explained.computed_value is null then 'not_computed'
        when explained.prints_alike then 'reproduced'
        when explained.explaining_check_id is not null then 'explained'
        else 'unexplained'
    end as status,
    case
        when explained.computed_value is not null or explained.printed is null then null
        when periods_computed.period is null then 'nothing delivered of the period'
        when measures_computed.measure is null and explained.version <> 'actual' then 'a budget or target that no delivery has'
        when measures_computed.measure is null then 'no delivery has it'
        else 'no value at this address'
    end as why_not_computed,
    case when not explained.prints_alike then explained.explaining_check_id end as check_id,
    case when not explained.prints_alike then explained.explanation end as explained_by
from explained
left join periods_computed
    on explained.region = periods_computed.region
    and explained.period = periods_computed.period
left join measures_computed
    on explained.region = measures_computed.region
    and explained.version = measures_computed.version
    and explained.measure = measures_computed.measure
