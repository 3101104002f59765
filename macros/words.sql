{#- The address of a figure in Chinese words: 城乡居民 · 门诊两病 · 基金支出同比增长率. Needs join_labels. -#}
{% macro address_in_words() -%}
    {% for dimension in optional_coordinates() -%}
    coalesce({{ dimension }}_labels.label_zh || ' · ', '') ||
    {% endfor -%}
    measure_labels.label_zh
{%- endmacro %}

{#- Joins that give the coordinates of `alias` their labels; the root of a tree and what does not apply need no words. -#}
{% macro join_labels(alias) -%}
    {% for dimension in optional_coordinates() -%}
    {% set model = 'dim_benefit_categories' if dimension == 'benefit_category' else 'dim_' ~ dimension ~ 's' -%}
    left join {{ ref(model) }} as {{ dimension }}_labels
        on {{ alias }}.{{ dimension }} = {{ dimension }}_labels.{{ dimension }}
        and {{ dimension }}_labels.{{ dimension }} not in ('all', 'none')
    {% endfor -%}
    left join {{ ref('dim_measures') }} as measure_labels
        on {{ alias }}.measure = measure_labels.measure
{%- endmacro %}
