{{ config(schema='staging') }}
-- A fact that is not there yet is built whole: nothing to plan. The index is read where it is needed, not held in between.
{% set facts = facts_that_stand() %}
{% if nothing_stands() %}

select
    cast(null as {{ dbt.type_string() }}) as fact,
    cast(null as date) as record_month
where 1 = 0

{% else %}

with current_batches as (

    select batch_id from {{ ref('stg_ingest__deliveries') }}
    where is_current

),

taken_in as (

    select
        fact,
        batch_id
    from {{ register() }}
    where fact in ({{ quoted(facts) or "'none'" }})

),

-- batches that a fact has not taken in, and such as it has taken in and that count no more
changed_batches as (

    select
        here.fact,
        here.batch_id
    from (
        select distinct
            fact,
            batch_id
        from {{ ref('bridge_records') }}
        where fact in ({{ quoted(facts) or "'none'" }})
    ) as here
    inner join current_batches on here.batch_id = current_batches.batch_id
    left join taken_in on here.fact = taken_in.fact and here.batch_id = taken_in.batch_id
    where taken_in.batch_id is null

    union all

    select
        taken_in.fact,
        taken_in.batch_id
    from taken_in
    left join current_batches on taken_in.batch_id = current_batches.batch_id
    where current_batches.batch_id is null

),

changed_records as (

    select distinct
        records.fact,
        records.record_key
    from {{ ref('bridge_records') }} as records
    inner join changed_batches on records.fact = changed_batches.fact and records.batch_id = changed_batches.batch_id

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

    {{ months_of_changed_institutions(facts) }}

)

select distinct
    fact,
    record_month
from months

{% endif %}
