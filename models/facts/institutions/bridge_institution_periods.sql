{{ config(schema='staging') }}
-- an entry holds until it ends, or until the next entry of its institution begins
with entries as (

    {{ latest_rows('stg_platform__institutions', ['institution_code', 'begins_on'],
        ['institution_code', 'institution_name', 'institution_division', 'fixmedins_type', 'hosp_lv', 'fix_onln_open_flag',
         'begins_on', 'ends_on', 'updated_at']) }}

),

followed as (

    select
        *,
        lead(begins_on) over (partition by institution_code order by begins_on) as next_begins_on
    from entries
    -- one that ends before it begins holds on no day, and ends no other
    where ends_on is null or ends_on >= begins_on

),

periods as (

    select
        institution_code,
        institution_name,
        institution_division,
        fixmedins_type,
        hosp_lv,
        fix_onln_open_flag,
        -- not every province gives the flag, and none says since when: not before the record was changed
        case
            when fix_onln_open_flag <> '1' and cast(updated_at as date) >= begins_on
                then cast({{ dbt.dateadd('day', 1, 'cast(updated_at as date)') }} as date)
            when fix_onln_open_flag <> '1' then begins_on
        end as paused_from,
        begins_on as valid_from,
        case
            when next_begins_on is null then coalesce(ends_on, {{ last_day() }})
            when ends_on is null or ends_on >= next_begins_on then cast({{ dbt.dateadd('day', -1, 'next_begins_on') }} as date)
            else ends_on
        end as valid_to
    from followed

)

select
    periods.institution_code,
    periods.institution_name,
    periods.institution_division,
    periods.fixmedins_type,
    periods.fix_onln_open_flag,
    periods.paused_from,
    {{ member_of('levels') }} as institution_level,
    periods.valid_from,
    periods.valid_to
from periods
{{ join_code('levels', 'hosp_lv', 'periods.hosp_lv', 'periods.institution_division', 'periods.valid_from') }}
