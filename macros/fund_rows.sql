{#- The latest rows of a bureau's register of funds with the region and the fund that they are of. `key` and `columns` are the staging
    model's; `year` is the column of its year. -#}
{% macro rows_of_funds(model, key, columns, year) -%}
    {%- set lineage = ['is_synthetic', 'delivery_id', 'batch_id', 'source_file', 'source_line'] -%}
    with latest as (

        {{ latest_rows(model, key, key + columns + lineage) }}

    ),

    dated as (

        select
            *,
            {{ first_of_account_month(year ~ " || '01'") }} as year_starts_on
        from latest

    )

    select
        coalesce(regions.region, 'unmapped') as region,
        {{ member_of('funds') }} as fund,
        {% for column in key + columns + lineage if column != 'insutype' -%}
        dated.{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from dated
    left join {{ ref('dim_regions') }} as regions
        on dated.insured_division = regions.admdvs
    {{ join_code('funds', 'insutype', 'dated.insutype', 'dated.insured_division', 'dated.year_starts_on') }}
{%- endmacro %}

{#- What is true of a fund and account: the code of the part that has an address, its form, whether it is pooled. -#}
{% macro join_fund_part(alias) -%}
    left join {{ ref('fund_parts') }} as parts
        on {{ alias }}.fund = parts.fund
        and {{ alias }}.account = parts.account
{%- endmacro %}
