{#- Deals a whole number of units out in proportion to weights, so that the parts are whole and sum to it exactly: each gets its quota
    rounded down, and what is left over goes, one each, to the largest remainders (最大余数法); of equal ones to the first by `tie_break`.
    `rows` is a query; `within` names the columns that share one total, `total` a column with it (a whole number of at most 12
    digits), `weight` a column decimal(24,6), not negative. Gives every column of `rows` and `dealt_units`. Weights that are all 0
    get nothing. -#}
{% macro largest_remainder(rows, within, total, weight, tie_break) -%}
    select
        ranked.*,
        cast(
            ranked.whole_units + case when ranked.weight_sum > 0 and ranked.place <= ranked.left_over then 1 else 0 end as bigint
        ) as dealt_units
    from (
        select
            divided.*,
            divided.{{ total }} - sum(divided.whole_units) over (partition by {{ within | join(', ') }}) as left_over,
            row_number() over (
                partition by {{ within | join(', ') }} order by divided.remainder desc, {{ tie_break | join(', ') }}
            ) as place
        from (
            {#- a quotient that was rounded up to a whole number is one too high, and its remainder below 0 #}
            select
                estimated.*,
                estimated.quotient - case when estimated.rest < 0 then 1 else 0 end as whole_units,
                estimated.rest + case when estimated.rest < 0 then estimated.weight_sum else 0 end as remainder
            from (
                select
                    floored.*,
                    cast(floored.{{ total }} as decimal(12, 0)) * floored.{{ weight }} - floored.quotient * floored.weight_sum as rest
                from (
                    select
                        weighed.*,
                        cast(coalesce(floor(
                            {{ divide('cast(weighed.' ~ total ~ ' as decimal(12, 0)) * weighed.' ~ weight, 'weighed.weight_sum') }}
                        ), 0) as decimal(12, 0)) as quotient
                    from (
                        select
                            given.*,
                            cast(sum(given.{{ weight }}) over (partition by {{ within | join(', ') }}) as decimal(24, 6)) as weight_sum
                        from ({{ rows }}) as given
                    ) as weighed
                ) as floored
            ) as estimated
        ) as divided
    ) as ranked
{%- endmacro %}
