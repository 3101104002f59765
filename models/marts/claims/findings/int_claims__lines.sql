-- where lines of a claim are delivered, they sum to it
with lines as (

    select
        settlement_id,
        sum(line_cost) as line_cost
    from {{ ref('fct_claim_lines') }}
    where settlement_id is not null
    group by settlement_id

)

select
    claims.settlement_id,
    'lines_sum_to_claim' as rule,
    cast(claims.total_cost - lines.line_cost as decimal(18, 2)) as amount,
    cast(null as {{ dbt.type_string() }}) as detail
from {{ ref('fct_claims') }} as claims
inner join lines
    on claims.settlement_id = lines.settlement_id
where abs(claims.total_cost - lines.line_cost) > 0.01
