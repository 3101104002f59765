-- the parameters of each province and period: its own rows, or the national ones
with parameters as (

    select
        province,
        coalesce(valid_from, {{ first_day() }}) as valid_from,
        coalesce(valid_to, {{ last_day() }}) as valid_to,
        fund_includes_account,
        person_includes_account
    from {{ ref('province_parameters') }}

),

own as (

    select distinct province from parameters

)

select
    provinces.province,
    provinces.label_zh,
    provinces.label_en,
    parameters.valid_from,
    parameters.valid_to,
    parameters.fund_includes_account,
    parameters.person_includes_account
from {{ ref('provinces') }} as provinces
left join own
    on provinces.province = own.province
inner join parameters
    on parameters.province = coalesce(own.province, '00')
