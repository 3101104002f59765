-- every check of every family, judged: the printed interval against the interval that the other figures allow
with evidence as (

    select
        figure_key,
        family,
        tree as rule_id,
        reach,
        printed_count as term_count,
        other_value,
        other_low,
        other_high
    from {{ ref('int_consistency__roll_ups') }}
    where family = 'roll_up' or is_non_negative

    union all

    select
        figure_key,
        'weighted_mean' as family,
        tree as rule_id,
        reach,
        printed_count as term_count,
        other_value,
        other_low,
        other_high
    from {{ ref('int_consistency__weighted_means') }}

    union all

    select
        figure_key,
        'formula' as family,
        definition as rule_id,
        cast(null as {{ dbt.type_string() }}) as reach,
        cast(null as {{ dbt.type_bigint() }}) as term_count,
        other_value,
        other_low,
        other_high
    from {{ ref('int_consistency__formulas') }}

    union all

    select
        figure_key,
        'agreement' as family,
        'same_address' as rule_id,
        cast(null as {{ dbt.type_string() }}) as reach,
        cast(1 as {{ dbt.type_bigint() }}) as term_count,
        other_value,
        other_low,
        other_high
    from {{ ref('int_consistency__agreements') }}

),

figures as (

    select * from {{ ref('int_consistency__figures') }}

)

select
    evidence.figure_key,
    evidence.family,
    evidence.rule_id,
    evidence.reach,
    evidence.term_count,
    figures.value,
    figures.value_low,
    figures.value_high,
    cast(evidence.other_value as decimal(28, 8)) as other_value,
    cast(evidence.other_low as decimal(28, 8)) as allowed_low,
    cast(case when evidence.family <> 'bound' then evidence.other_high end as decimal(28, 8)) as allowed_high,
    case
        -- children that are not all printed only bound their parent
        when evidence.family = 'bound'
            then case
                    when figures.value is null or evidence.other_value is null then 'undecidable'
                    when evidence.other_value <= figures.value then 'consistent'
                    when evidence.other_low <= figures.value_high then 'rounding'
                    else 'inconsistent'
                end
        else {{ judge(
            'figures.value', 'figures.value_low', 'figures.value_high',
            'evidence.other_value', 'evidence.other_low', 'evidence.other_high'
        ) }}
    end as status
from evidence
inner join figures
    on evidence.figure_key = figures.figure_key
