-- an item of the ledger and the line of the statement that it is booked in: its own, or that of the item it is only a part of (其中)
select
    lines.form,
    lines.item,
    lines.line
from {{ ref('fund_statement_lines') }} as lines
where lines.line_kind in ('detail', 'transfer')

union all

select
    lines.form,
    edges.child as item,
    lines.line
from {{ ref('dim_tree_edges') }} as edges
inner join {{ ref('fund_statement_lines') }} as lines
    on edges.parent = lines.item
    and lines.line_kind = 'detail'
where edges.tree in ('statement_income', 'statement_expenditure')
    and not edges.is_exhaustive
