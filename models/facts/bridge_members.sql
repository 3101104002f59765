-- The trees over which a report adds up: every member with itself, with the subtotals above it, and with 'all'. Member by member,
-- so that one that no tree knows (unmapped, a category that another fund has) still counts in 'all'.
with trees as (

    select
        trees.tree,
        trees.dimension,
        scopes.fund
    from {{ ref('trees') }} as trees
    inner join {{ ref('tree_scopes') }} as scopes
        on trees.tree = scopes.tree
    where trees.tree in ('care_area', 'care_area_by_city', 'institution_level', 'institution')
        or trees.tree like 'benefit_category_%'

),

paths as (

    select distinct
        trees.dimension,
        trees.fund,
        paths.ancestor,
        paths.descendant as member,
        paths.is_optional
    from {{ ref('dim_tree_paths') }} as paths
    inner join trees
        on paths.tree = trees.tree

),

members as (

    {% for dimension in ['care_area', 'institution_level', 'institution', 'benefit_category'] %}
    {% set model = 'dim_benefit_categories' if dimension == 'benefit_category' else 'dim_' ~ dimension ~ 's' %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }} as member
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

members_of_funds as (

    select
        funds.fund,
        members.dimension,
        members.member
    from members
    cross join {{ ref('dim_funds') }} as funds
    where members.member not in ('all', 'none')

),

found as (

    {% for ancestor in ['member', "'all'"] %}
    select
        fund,
        dimension,
        {{ ancestor }} as ancestor,
        member
    from members_of_funds

    union distinct

    {% endfor %}
    select
        members_of_funds.fund,
        paths.dimension,
        paths.ancestor,
        paths.member
    from paths
    inner join members_of_funds
        on paths.dimension = members_of_funds.dimension
        and paths.member = members_of_funds.member
        and coalesce(paths.fund, members_of_funds.fund) = members_of_funds.fund

),

subtotals as (

    select distinct
        dimension,
        ancestor
    from paths

),

-- what a report prints even if nothing happened there
printed as (

    select distinct
        dimension,
        fund,
        member
    from paths
    where not is_optional

)

select
    found.fund,
    found.dimension,
    found.ancestor,
    found.member,
    case
        when found.ancestor = 'all' then 'total'
        when subtotals.ancestor is not null then 'subtotal'
        else 'member'
    end as row_kind,
    printed.member is not null as is_in_tree
from found
left join subtotals
    on found.dimension = subtotals.dimension
    and found.ancestor = subtotals.ancestor
left join printed
    on found.dimension = printed.dimension
    and found.ancestor = printed.member
    and coalesce(printed.fund, found.fund) = found.fund
