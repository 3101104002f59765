-- every code of every province: its own rows, and the national ones for codes that it has no row for;
-- 00 is for rows that do not say where they belong
with maps as (

    select
        code_list,
        province,
        code,
        member,
        coalesce(valid_from, {{ first_day() }}) as valid_from,
        coalesce(valid_to, {{ last_day() }}) as valid_to,
        label_zh
    from {{ ref('code_maps') }}

),

own as (

    select distinct
        code_list,
        province,
        code
    from maps

),

of_provinces as (

    select
        maps.*,
        maps.province <> '00' as is_provincial
    from maps

    union all

    select
        maps.code_list,
        provinces.province,
        maps.code,
        maps.member,
        maps.valid_from,
        maps.valid_to,
        maps.label_zh,
        false as is_provincial
    from maps
    cross join {{ ref('provinces') }} as provinces
    left join own
        on maps.code_list = own.code_list
        and maps.code = own.code
        and provinces.province = own.province
    where maps.province = '00'
        and own.code is null

)

select
    of_provinces.code_list,
    of_provinces.province,
    of_provinces.code,
    of_provinces.member,
    of_provinces.valid_from,
    of_provinces.valid_to,
    of_provinces.label_zh,
    of_provinces.is_provincial,
    -- whether care of this kind is a stay: what counts bed days
    coalesce(categories.is_inpatient, false) as is_inpatient
from of_provinces
left join {{ ref('dim_benefit_categories') }} as categories
    on of_provinces.code_list = 'med_type'
    and of_provinces.member = categories.benefit_category
