with identified as (

    select * from {{ ref('int_consistency__identified') }}

),

-- a figure of a sentence has no row and column: its address is put into words
addresses_in_words as (

    select
        figures.figure_id,
        {{ address_in_words() }} as words
    from {{ ref('int_consistency__input') }} as figures
    {{ join_labels('figures') }}
    where figures.row_label is null
        or figures.column_label is null

),

figures as (

    select
        figures.*,
        {{ key64(['figure_id'], 'figures') }} as figure_key,
        -- how a person names it: the table's row and column, or for a sentence the address in words
        coalesce(figures.row_label || ' · ' || figures.column_label, addresses_in_words.words) as name_zh,
        -- a sentence's word, where the name does not end with it
        coalesce(figures.direction, '') as direction_word
    from {{ ref('int_consistency__input') }} as figures
    left join addresses_in_words
        on figures.figure_id = addresses_in_words.figure_id

),

-- operands in the words of the document, at most three above and two below the line
written_terms as (

    select
        check_id,
        {% for role, count in [('numerator', 3), ('denominator', 2)] %}
        {% for n in range(1, count + 1) %}
        max(
            case
                when role = '{{ role }}' and term_no = {{ n }}
                    then {{ signed_term('coefficient', 'printed_value', 'printed_unit', 'value', 'origin', n == 1) }}
            end
        ) as {{ role }}_{{ n }},
        {% endfor %}
        {% endfor %}
        max(case when origin = 'missing' then measure || ' ' || period end) as missing_term,
        max(case when role = 'other' then printed_value || coalesce(printed_unit, '') end) as other_printed,
        max(
            case
                when role = 'other' and document_line is null then table_id || ' 的 '
                when role = 'other' then '第 ' || cast(document_line as {{ dbt.type_string() }}) || ' 行的 '
            end
        ) as other_place_zh,
        max(
            case
                when role = 'other' and document_line is null then ' of ' || table_id
                when role = 'other' then ' in line ' || cast(document_line as {{ dbt.type_string() }})
            end
        ) as other_place_en,
        max(case when role = 'numerator' and term_no > 3 then ' + …' else '' end) as more_terms
    from {{ ref('consistency_check_terms') }}
    -- a sum is told by the number of its parts
    where role in ('numerator', 'denominator', 'other')
    group by check_id

),

definitions as (

    select * from {{ ref('int_consistency__definitions') }}

),

trees as (

    select * from {{ ref('trees') }}

),

described as (

    select
        identified.*,
        figures.name_zh,
        coalesce(figures.printed_value || coalesce(figures.printed_unit, ''), '（空）') as printed,
        case
            -- what is printed need not be written again: most checks hold exactly
            when identified.other_value = figures.value and figures.direction is null then figures.printed_value
            else {{ shown('identified.other_value', 'figures.printed_decimals', 'units.factor') }}
        end || coalesce(figures.printed_unit, '') as should_be,
        case
            when identified.family = 'agreement' and identified.rule_id <> 'same_address'
                then {{ shown('identified.value', 'figures.printed_decimals', 'units.factor') }} || coalesce(figures.printed_unit, '')
        end as shown_value,
        figures.direction_word as direction,
        definitions.label_zh as definition_zh,
        definitions.label_en as definition_en,
        definitions.form,
        case definitions.constant when -100 then ' − 1' else '' end as less_one,
        trees.label_zh as tree_zh,
        trees.label_en as tree_en,
        case when definitions.form = 'ratio' and written_terms.numerator_2 is not null then '（' else '' end || written_terms.numerator_1
        || coalesce(case when definitions.form = 'product' then ' × ' else ' ' end || written_terms.numerator_2, '')
        || coalesce(case when definitions.form = 'product' then ' × ' else ' ' end || written_terms.numerator_3, '')
        || written_terms.more_terms
        || case when definitions.form = 'ratio' and written_terms.numerator_2 is not null then '）' else '' end as numerator,
        coalesce(
            '（' || written_terms.denominator_1 || ' ' || written_terms.denominator_2 || '）', written_terms.denominator_1
        ) as denominator,
        written_terms.missing_term,
        written_terms.other_printed,
        written_terms.other_place_zh,
        written_terms.other_place_en
    from identified
    inner join figures
        on identified.figure_key = figures.figure_key
    left join written_terms
        on identified.check_id = written_terms.check_id
    left join definitions
        on case when identified.family = 'formula' then identified.rule_id end = definitions.definition
    left join trees
        on case when identified.family <> 'formula' then identified.rule_id end = trees.tree
    left join {{ ref('units') }} as units
        on figures.printed_unit = units.unit

),

stated as (

    select
        described.*,
        case
            when status = 'undecidable' and family = 'formula'
                then name_zh || ' ' || printed || '：' || definition_zh || '，缺 '
                    || coalesce(missing_term, '可用的分母')
            when status = 'undecidable' then name_zh || ' ' || printed || '：有数字未印出，无法判断'
            when family = 'roll_up'
                then name_zh || ' ' || printed || ' 应为 ' || cast(term_count as {{ dbt.type_string() }}) || ' 项之和（'
                    || tree_zh || '） = ' || should_be
            when family = 'bound'
                then name_zh || ' ' || printed || ' 不应小于其中 ' || cast(term_count as {{ dbt.type_string() }})
                    || ' 项之和（' || tree_zh || '） ' || should_be
            when family = 'weighted_mean'
                then name_zh || ' ' || printed || ' 应为 ' || cast(term_count as {{ dbt.type_string() }})
                    || ' 项的加权平均（' || tree_zh || '） = ' || should_be
            when family = 'agreement' and rule_id <> 'same_address'
                then name_zh || '：两种分解的合计应一致（' || rule_id || '）：' || shown_value || ' 与 ' || should_be
            when family = 'agreement'
                then name_zh || ' ' || direction || printed || ' 应与' || other_place_zh || other_printed || ' 一致'
            else
                name_zh || ' ' || direction || printed || ' 应为 ' || numerator
                || coalesce(' ÷ ' || denominator, '') || less_one || ' = ' || should_be || '（' || definition_zh || '）'
        end as statement_zh,
        case
            when status = 'undecidable' and family = 'formula'
                then name_zh || ' ' || printed || ': ' || definition_en || '; missing: '
                    || coalesce(missing_term, 'a denominator other than 0')
            when status = 'undecidable'
                then name_zh || ' ' || printed
                    || ': a figure is not printed, so it cannot be decided'
            when family = 'roll_up'
                then name_zh || ' ' || printed || ' should be the sum of '
                    || cast(term_count as {{ dbt.type_string() }}) || ' parts (' || tree_en || ') = ' || should_be
            when family = 'bound'
                then name_zh || ' ' || printed || ' should not be less than '
                    || cast(term_count as {{ dbt.type_string() }}) || ' of its parts (' || tree_en || ') ' || should_be
            when family = 'weighted_mean'
                then name_zh || ' ' || printed || ' should be the weighted mean of '
                    || cast(term_count as {{ dbt.type_string() }}) || ' parts (' || tree_en || ') = ' || should_be
            when family = 'agreement' and rule_id <> 'same_address'
                then name_zh || ': two splits of one total should agree (' || rule_id || '): ' || shown_value || ' and ' || should_be
            when family = 'agreement'
                then name_zh || ' ' || direction || printed || ' should agree with ' || other_printed || other_place_en
            else
                name_zh || ' ' || direction || printed || ' should be ' || numerator
                || coalesce(' / ' || denominator, '') || less_one || ' = ' || should_be || ' (' || definition_en || ')'
        end as statement_en
    from described

)

select
    stated.check_id,
    stated.family,
    stated.rule_id,
    figures.document_id,
    stated.figure_id,
    stated.status,
    -- the paper is printed and its slip is reported; a slip of our own stops the publish
    case when figures.is_own then 'critical' else 'warning' end as severity,
    case when figures.is_own then 'us' else 'issuer' end as who_fixes,
    stated.statement_zh,
    stated.statement_en,
    waivers.reason as waiver,
    figures.printed_value,
    figures.printed_unit,
    stated.value,
    stated.value_low,
    stated.value_high,
    stated.other_value,
    stated.allowed_low,
    stated.allowed_high,
    cast(stated.value - stated.other_value as decimal(28, 8)) as residual,
    -- how far apart the two intervals are; 0 where they meet
    cast(
        case
            when stated.status <> 'inconsistent' then 0
            when stated.value_low > stated.allowed_high then stated.value_low - stated.allowed_high
            when stated.allowed_low > stated.value_high then stated.allowed_low - stated.value_high
            else 0
        end as decimal(28, 8)
    ) as distance,
    figures.unit,
    {% for coordinate in coordinates() %}
    figures.{{ coordinate }},
    {% endfor %}
    figures.measure,
    figures.section,
    figures.table_id,
    figures.row_label,
    figures.column_label,
    figures.document_line
from stated
inner join {{ ref('int_consistency__input') }} as figures
    on stated.figure_key = {{ key64(['figure_id'], 'figures') }}
-- a waiver that has run out waives nothing
left join {{ ref('dim_waivers') }} as waivers
    on stated.check_id = waivers.check_id
    and waivers.valid_until >= current_date
