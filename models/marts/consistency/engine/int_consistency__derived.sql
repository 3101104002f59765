{#- Figures that no document prints but that follow from those that it prints, so that more can be checked:
      solve_numerator     total cost = visits × cost per visit
      solve_denominator   total cost = reimbursed ÷ ratio
      add_up              a total = the sum of its parts, all of which are printed
    A value keeps the addresses that it comes from (of a sum, int_consistency__members has them): no figure is tested against a value that comes from itself. -#}
with figures as (

    select * from {{ ref('int_consistency__figures') }}
    where rank_in_scope = 1
        and value is not null

),

terms as (

    select * from {{ ref('int_consistency__term_addresses') }}

),

definitions as (

    select * from {{ ref('int_consistency__definitions') }}

),

-- definitions with one term above and one below: they can be solved for either
fractions as (

    select
        numerators.figure_key,
        numerators.scope_id,
        numerators.definition,
        numerators.address_key as numerator_address_key,
        numerators.measure as numerator_measure,
        denominators.address_key as denominator_address_key,
        denominators.measure as denominator_measure,
        definitions.scale
    from terms as numerators
    inner join terms as denominators
        on numerators.figure_key = denominators.figure_key
        and numerators.definition = denominators.definition
        and denominators.part = 'denominator'
    inner join definitions
        on numerators.definition = definitions.definition
        and definitions.form = 'ratio'
        and definitions.constant = 0
    inner join (
        select
            definition,
            count(*) as term_count
        from {{ ref('int_consistency__terms') }}
        group by definition
        having count(*) = 2
    ) as with_two_terms
        on numerators.definition = with_two_terms.definition
    where numerators.part = 'numerator'

),

solved_numerators as (

    select
        fractions.scope_id,
        fractions.numerator_address_key as address_key,
        ratios.address_key as origin_1,
        denominators.address_key as origin_2,
        {{ divide('ratios.value * denominators.value', 'fractions.scale') }} as value,
        {{ divide(not_negative('ratios.value_low') ~ ' * ' ~ not_negative('denominators.value_low'), 'fractions.scale') }} as value_low,
        {{ divide('ratios.value_high * denominators.value_high', 'fractions.scale') }} as value_high,
        denominators.value as base_value
    from fractions
    inner join figures as ratios
        on fractions.figure_key = ratios.figure_key
    inner join figures as denominators
        on fractions.denominator_address_key = denominators.address_key
    where ratios.value >= 0
        and denominators.value >= 0

),

solved_denominators as (

    select
        fractions.scope_id,
        fractions.denominator_address_key as address_key,
        ratios.address_key as origin_1,
        numerators.address_key as origin_2,
        {{ divide('numerators.value * fractions.scale', 'ratios.value') }} as value,
        {{ divide('numerators.value_low * fractions.scale', 'ratios.value_high') }} as value_low,
        {{ divide('numerators.value_high * fractions.scale', 'ratios.value_low') }} as value_high,
        cast(null as decimal(28, 8)) as base_value
    from fractions
    inner join figures as ratios
        on fractions.figure_key = ratios.figure_key
    inner join figures as numerators
        on fractions.numerator_address_key = numerators.address_key
    where ratios.value_low > 0
        and numerators.value_low > 0

),

solved as (

    select
        *,
        'solve_numerator' as derivation
    from solved_numerators

    union all

    select
        *,
        'solve_denominator' as derivation
    from solved_denominators

)

select
    solved.address_key,
    solved.derivation,
    solved.origin_1,
    solved.origin_2,
    solved.value,
    solved.value_low,
    solved.value_high,
    -- what a mean was multiplied by: the visits of a total cost
    solved.base_value
from solved
left join figures as printed
    on solved.address_key = printed.address_key
where printed.figure_key is null

union all

select
    sums.parent_address_key as address_key,
    'add_up' as derivation,
    cast(null as {{ dbt.type_bigint() }}) as origin_1,
    cast(null as {{ dbt.type_bigint() }}) as origin_2,
    sums.value,
    sums.value_low,
    sums.value_high,
    cast(null as decimal(28, 8)) as base_value
from {{ ref('int_consistency__sums') }} as sums
left join figures as printed
    on sums.parent_address_key = printed.address_key
where printed.figure_key is null
