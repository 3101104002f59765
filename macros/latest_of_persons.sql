{#- What claims say of a person: at the latest settlement, and at the latest one that gives a birth year. Of two at the same second the
    greater value counts, so that the answer is the same whenever it is asked. -#}
{% macro said_of_person(relation) -%}
    case when {{ relation }}.settled_at is not null then
        {{ together({'said_at': relation ~ '.settled_at', 'sex': relation ~ '.sex', 'person_type': relation ~ '.person_type'}) }}
    end
{%- endmacro %}

{% macro said_of_birth(relation, said_at='settled_at') -%}
    case when {{ relation }}.birth_year is not null then
        {{ together({'said_at': relation ~ '.' ~ said_at, 'birth_year': relation ~ '.birth_year'}) }}
    end
{%- endmacro %}

{#- After: of these no claim is left. -#}
{% macro forget_persons_without_claims() -%}
    delete from {{ this }} where settled_at is null
{%- endmacro %}

{#- Whether what stands was said in one of these months. -#}
{% macro is_said_in(standing, months) -%}
    coalesce({{ one_of(month_of(standing ~ '.said_at'), months) }}, false)
{%- endmacro %}

{#- Whether it was, and is said there no more: then all months have to be asked. -#}
{% macro is_said_no_more(standing, now, months) -%}
    {{ is_said_in(standing, months) }} and coalesce({{ now }} < {{ standing }}, true)
{%- endmacro %}

{#- Either may say nothing. -#}
{% macro later_of(one, other) -%}
    case when {{ one }} is null or {{ one }} < {{ other }} then {{ other }} else {{ one }} end
{%- endmacro %}
