-- The definitions of the catalogue, and the changes and growths of every measure that has a comparison.
-- A growth is written 100·a/b − 100: each operand once, so the interval is tight.
with written as (

    select
        definition,
        measure,
        form,
        scale,
        constant,
        document_id,
        region,
        fund,
        benefit_category,
        item,
        label_zh,
        label_en,
        'zero' as when_base_is_zero
    from {{ ref('definitions') }}

),

comparisons as (

    select
        measure,
        base_measure,
        label_zh,
        label_en,
        measure_kind
    from {{ ref('dim_measures') }}
    where measure_kind in ('change', 'growth')

)

select
    *,
    case when document_id is null then 0 else 20 end
    + case when region is null then 0 else 10 end
    + case when fund is null then 0 else 1 end
    + case when benefit_category is null then 0 else 1 end
    + case when item is null then 0 else 1 end as specificity
from (

    select * from written

    union all

    {% for kind, form, scale, constant, zh, en in [
        ('change', 'sum', 1, 0, '本期 − 上年同期', 'this period - the earlier period'),
        ('growth', 'ratio', 100, -100, '本期 ÷ 上年同期 − 1', 'this period / the earlier period - 1'),
        ('growth_from_change', 'ratio', 100, 0, '增减 ÷（本期 − 增减）', 'change / (this period - change)'),
    ] %}
    {% set suffix = '_from_change' if kind == 'growth_from_change' else '' %}
    select
        measure || '{{ suffix }}' as definition,
        measure,
        '{{ form }}' as form,
        cast({{ scale }} as decimal(18, 6)) as scale,
        cast({{ constant }} as decimal(18, 6)) as constant,
        cast(null as {{ dbt.type_string() }}) as document_id,
        cast(null as {{ dbt.type_string() }}) as region,
        cast(null as {{ dbt.type_string() }}) as fund,
        cast(null as {{ dbt.type_string() }}) as benefit_category,
        cast(null as {{ dbt.type_string() }}) as item,
        label_zh || ' = {{ zh }}' as label_zh,
        label_en || ' = {{ en }}' as label_en,
        '{{ 'hundred' if kind == 'growth' else 'zero' }}' as when_base_is_zero
    from comparisons
    where measure_kind = '{{ kind | replace('_from_change', '') }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

) as definitions
