-- one row per figure whose address is printed elsewhere too: the printing that speaks for the address
with figures as (

    select * from {{ ref('int_consistency__figures') }}
    where value is not null

)

select
    figures.figure_key,
    others.figure_key as other_figure_key,
    others.value as other_value,
    others.value_low as other_low,
    others.value_high as other_high
from figures
inner join figures as others
    on figures.address_key = others.address_key
    and others.rank_in_scope = 1
where figures.rank_in_scope > 1
