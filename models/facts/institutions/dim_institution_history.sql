{{ config(post_hook=["{{ forget_built() }}", "{{ note_built() }}"]) }}
with periods as (

    select * from {{ ref('bridge_institution_periods') }}

),

-- an agreement holds from the later of its begin and effect to the earlier of its end and lapse
agreements as (

    select
        institution_code,
        greatest(begins_on, coalesce(takes_effect_on, begins_on)) as valid_from,
        least(coalesce(ends_on, {{ last_day() }}), coalesce(lapses_on, {{ last_day() }})) as valid_to
    from (
        {{ latest_rows('stg_platform__agreements', 'agreement_id',
            ['institution_code', 'begins_on', 'ends_on', 'takes_effect_on', 'lapses_on']) }}
    ) as latest_agreements

),

drg as (

    select
        institution_code,
        coalesce(valid_from, {{ first_day() }}) as valid_from,
        coalesce(valid_to, {{ last_day() }}) as valid_to
    from {{ ref('drg_institutions') }}

),

-- the days on which anything changes
turns as (

    select
        institution_code,
        valid_from as turns_on
    from periods
    union distinct
    select
        institution_code,
        paused_from as turns_on
    from periods
    where paused_from is not null
    union distinct
    {% for kind in ['agreements', 'drg'] %}
    select
        institution_code,
        valid_from as turns_on
    from {{ kind }}
    union distinct
    select
        institution_code,
        cast({{ dbt.dateadd('day', 1, 'valid_to') }} as date) as turns_on
    from {{ kind }}
    where valid_to < {{ last_day() }}
    {{ 'union distinct' if not loop.last }}
    {% endfor %}

),

-- each period of the register, cut where it is paused and where an agreement or the payment by DRG begins or ends
pieces as (

    select
        periods.*,
        turns.turns_on as piece_from,
        lead(turns.turns_on) over (partition by periods.institution_code, periods.valid_from order by turns.turns_on) as next_turn
    from periods
    inner join turns
        on periods.institution_code = turns.institution_code
        and turns.turns_on between periods.valid_from and periods.valid_to

),

cut as (

    select
        institution_code,
        institution_name,
        institution_division,
        fixmedins_type,
        institution_level,
        paused_from,
        piece_from as valid_from,
        coalesce(cast({{ dbt.dateadd('day', -1, 'next_turn') }} as date), valid_to) as valid_to
    from pieces

)

select
    cut.institution_code,
    cut.valid_from,
    cut.valid_to,
    cut.institution_name,
    cut.institution_division,
    case cut.fixmedins_type when '1' then 'hospital' when '2' then 'pharmacy' else 'other' end as institution_kind,
    cut.institution_level,
    cut.paused_from is null or cut.valid_from < cut.paused_from as is_open,
    exists(
        select 1 from agreements
        where agreements.institution_code = cut.institution_code
            and cut.valid_from between agreements.valid_from and agreements.valid_to
    ) as is_under_agreement,
    exists(
        select 1 from drg
        where drg.institution_code = cut.institution_code
            and cut.valid_from between drg.valid_from and drg.valid_to
    ) as is_paid_by_drg
from cut
