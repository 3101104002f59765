-- each check with an id that stays the same when other figures are added to the document: what it tests, where, by which rule
with judged as (

    select * from {{ ref('int_consistency__judged') }}

),

placed as (

    select
        figure_id,
        {{ key64(['figure_id']) }} as figure_key,
        document_id,
        coalesce(table_id, 'text') as place,
        address_id,
        row_number() over (
            partition by document_id, coalesce(table_id, 'text'), document_line, address_id order by figure_no
        ) as occurrence,
        document_line
    from {{ ref('int_consistency__input') }}

)

select
    substring(
        {{ dbt.hash(dbt.concat([
            'placed.document_id', "'|'", 'placed.place', "'|'", 'cast(coalesce(placed.document_line, 0) as ' ~ dbt.type_string() ~ ')', "'|'",
            'cast(placed.occurrence as ' ~ dbt.type_string() ~ ')', "'|'", 'placed.address_id', "'|'", 'judged.family', "'|'", 'judged.rule_id',
            "case when judged.reach = 'recomputed' then '|recomputed' else '' end"
        ])) }}, 1, 12
    ) as check_id,
    placed.figure_id,
    judged.*
from judged
inner join placed
    on judged.figure_key = placed.figure_key
