{#- Care area (就医区域) seen from the insured person's pooling area: divisions are a tree by their digits, province 2, city 4, county 6.
    A third and fourth digit of 90 is no city: it gathers the counties that the province runs directly (省直辖县级行政区划). Beijing,
    Tianjin, Shanghai and Chongqing (直辖市) are one city each, whatever these digits. -#}
{% macro care_area(insured_division, institution_division) -%}
    case
        when {{ institution_division }} is null then 'unmapped'
        when {{ insured_division }} = {{ institution_division }} then 'in_county'
        when substr({{ insured_division }}, 1, 4) = substr({{ institution_division }}, 1, 4)
            and substr({{ insured_division }}, 3, 2) <> '90' then 'in_city'
        when substr({{ insured_division }}, 1, 2) in ('11', '12', '31', '50')
            and substr({{ insured_division }}, 1, 2) = substr({{ institution_division }}, 1, 2) then 'in_city'
        when substr({{ insured_division }}, 1, 2) = substr({{ institution_division }}, 1, 2) then 'in_province'
        else 'out_of_province'
    end
{%- endmacro %}
