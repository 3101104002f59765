{{ config(post_hook=["{{ forget_built() }}", "{{ note_built() }}"]) }}
-- who is enrolled, and was paused before the day on which that began, was so in a former period
{% set is_former_pause = "(paused_on < enrolled_on and coalesce(enrolment_status, '1') = '1')" %}
{% set pause = "coalesce(case when not " ~ is_former_pause ~ " then paused_on end, "
    ~ "case when enrolment_status <> '1' then cast(updated_at as date) end)" %}

-- A relation holds one period at a time; former periods come from earlier deliveries. Of a period that began on one day the latest
-- word counts. Two periods that would overlap are one that was corrected: the earlier counts only if it had ended before.
{% set records = "(" ~ current_rows('stg_platform__enrolments') ~ ")" %}

-- most relations were delivered once; only the others are put in order
with told_again as (

    select {{ key64(['enrolment_token']) }} as token_key
    from {{ records }} as records
    where enrolled_on is not null
    group by 1
    having count(*) > 1

),

versions as (

    select
        records.*,
        row_number() over (partition by records.enrolment_token, records.enrolled_on order by {{ latest_first() }}) as recency
    from {{ records }} as records
    inner join told_again
        on {{ key64(['enrolment_token'], 'records') }} = told_again.token_key
    where records.enrolled_on is not null

),

told as (

    select
        *,
        min(enrolled_on) over (
            partition by enrolment_token order by updated_at desc, loaded_at desc, enrolled_on desc
            rows between unbounded preceding and 1 preceding
        ) as next_enrolled_on
    from versions
    where recency = 1

    union all

    select
        records.*,
        1 as recency,
        cast(null as date) as next_enrolled_on
    from {{ records }} as records
    left join told_again
        on {{ key64(['enrolment_token'], 'records') }} = told_again.token_key
    where records.enrolled_on is not null
        and told_again.token_key is null

),

periods as (

    select
        *,
        -- the platform need not fill in the division; the pooling area, which may be a whole city, is the next best
        coalesce(insured_division, pooling_division) as known_division,
        -- the day before it was paused; where that day is missing, before the record says that it was paused or ended
        coalesce(
            cast({{ dbt.dateadd('day', -1, pause) }} as date),
            {{ last_day() }}
        ) as enrolled_until
    from told

)

select
    periods.enrolment_token,
    periods.person_token,
    {{ member_of('funds') }} as fund,
    periods.insured_division,
    coalesce(regions.region, 'unmapped') as region,
    {{ member_of('person_types', 'periods.psn_type') }} as person_type,
    periods.enrolled_on as valid_from,
    periods.enrolled_until as valid_to,
    periods.is_synthetic,
    periods.delivery_id,
    periods.batch_id,
    periods.source_file,
    periods.source_line
from periods
left join {{ ref('dim_regions') }} as regions
    on periods.known_division = regions.admdvs
{{ join_code('funds', 'insutype', 'periods.insutype', "coalesce(periods.known_division, '00')", 'periods.enrolled_on') }}
{{ join_code('person_types', 'psn_type', 'periods.psn_type', "coalesce(periods.known_division, '00')", 'periods.enrolled_on') }}
where (periods.next_enrolled_on is null or periods.enrolled_until < periods.next_enrolled_on)
    and periods.enrolled_on <= periods.enrolled_until
    -- status 0: never enrolled
    and coalesce(periods.enrolment_status, '1') <> '0'
