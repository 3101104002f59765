-- everything in a scenario that makes no sense; the plan's own must be empty for anything to be published
select
    scenario,
    row_no,
    parameter,
    fund,
    region,
    item,
    value,
    expected
from {{ ref('int_budget__row_faults') }}

union all

select
    scenario,
    row_no,
    parameter,
    fund,
    region,
    item,
    value,
    expected
from {{ ref('int_budget__sum_faults') }}
