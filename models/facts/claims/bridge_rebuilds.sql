{{ config(schema='staging') }}
-- depends_on: {{ ref('stg_ingest__deliveries') }}
-- A fact that is not there yet is built whole: nothing to plan. The index is read where it is needed, not held in between.
{% set facts = facts_that_stand() %}
{% if nothing_stands() %}

select
    cast(null as {{ dbt.type_string() }}) as fact,
    cast(null as date) as record_month
where 1 = 0

{% else %}

with changed_records as (

    select distinct
        fact,
        record_key
    from {{ ref('bridge_records') }}
    where 1 = 0
    {% for fact in facts %}
        or (fact = '{{ fact }}' and {{ one_of('batch_id', changed_batches(fact)) }})
    {% endfor %}

),

-- every version of a changed record, in whatever batch: a former one may go out, or come back
versions as (

    select
        records.fact,
        records.record_month,
        records.original_key
    from {{ ref('bridge_records') }} as records
    inner join changed_records on records.fact = changed_records.fact and records.record_key = changed_records.record_key

),

months as (

    select
        fact,
        record_month
    from versions

    union all

    -- the originals that changed reversals point to, or pointed to
    select
        records.fact,
        records.record_month
    from {{ ref('bridge_records') }} as records
    inner join (
        select distinct
            fact,
            original_key
        from versions
        where original_key is not null
    ) as pointed_to
        on records.fact = pointed_to.fact
        and records.record_key = pointed_to.original_key

    union all

    -- the reversals of changed originals
    select
        records.fact,
        records.record_month
    from {{ ref('bridge_records') }} as records
    inner join changed_records on records.fact = changed_records.fact and records.original_key = changed_records.record_key
    where records.original_key is not null

    {{ months_of_changed_institutions(facts) }}

)

select distinct
    fact,
    record_month
from months

{% endif %}
