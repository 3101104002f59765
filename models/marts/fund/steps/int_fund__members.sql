-- whose ledgers a region's statement adds up: its own, and those of the regions below it where its reports cover them
select
    report_region as region,
    region as member,
    region <> report_region as is_below
from {{ ref('bridge_report_regions') }}
