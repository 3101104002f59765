-- The register is the county's own: care elsewhere happens at institutions that it need not have, whether the platform settled it
-- or the bureau by hand (手工报销). A reversal is judged with its original.
with claims as (

    select
        settlement_month,
        settlement_id,
        institution_code,
        care_area in ('in_province', 'out_of_province') as is_far_away,
        cast(settled_at as date) as settled_on,
        total_cost
    from {{ ref('fct_claims') }}
    where not is_settled_elsewhere
        and not is_reversal

),

known as (

    select
        institution_code,
        -- agreements that nobody delivers cannot be missed
        max(case when is_under_agreement then 1 else 0 end) over () as has_agreements
    from (
        select
            institution_code,
            max(is_under_agreement) as is_under_agreement
        from {{ ref('dim_institution_history') }}
        group by institution_code
    ) as institutions

),

judged as (

    select
        claims.settlement_month,
        claims.settlement_id,
        claims.institution_code,
        claims.total_cost,
        case
            when known.institution_code is null then case when not claims.is_far_away then 'institution_known' end
            when not coalesce(periods.is_open, false) then 'institution_open'
            when known.has_agreements = 1 and not periods.is_under_agreement then 'institution_under_agreement'
        end as rule
    from claims
    left join known
        on claims.institution_code = known.institution_code
    left join {{ ref('dim_institution_history') }} as periods
        on claims.institution_code = periods.institution_code
        and claims.settled_on between periods.valid_from and periods.valid_to

)

select
    settlement_month,
    settlement_id,
    rule,
    total_cost as amount,
    institution_code as detail
from judged
where rule is not null
    -- nor can institutions, where no register is delivered
    and exists (select 1 from known)
